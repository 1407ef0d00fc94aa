"""Looking at outlets: is one still as its table says (`check`), and what would the table of a new one say (`add`).

A `Visitor` fetches a handful of pages as politely as a crawl does (`balkan_crawler.spiders.visitor` makes one); what
they tell is judged by pure functions.
"""

from __future__ import annotations

from balkan_crawler.survey.add import Proposal, Wishes, propose
from balkan_crawler.survey.documents import Document, Visitor
from balkan_crawler.survey.history import changes, keep, last_checks
from balkan_crawler.survey.listed_feeds import LeftOut, ListedOutlets, outlets_listed
from balkan_crawler.survey.records import ArticleCheck, Check, Finding, Robots, SourceCheck
from balkan_crawler.survey.table import append_table, append_tables, table_of
from balkan_crawler.survey.visits import by_site, check_outlet, check_outlets

__all__ = [
    "ArticleCheck",
    "Check",
    "Document",
    "Finding",
    "LeftOut",
    "ListedOutlets",
    "Proposal",
    "Robots",
    "SourceCheck",
    "Visitor",
    "Wishes",
    "append_table",
    "append_tables",
    "by_site",
    "changes",
    "check_outlet",
    "check_outlets",
    "keep",
    "last_checks",
    "outlets_listed",
    "propose",
    "table_of",
]
