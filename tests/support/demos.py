"""An archive of the demo's pages, as a crawl with a perfect extraction would fill it."""

from __future__ import annotations

from datetime import datetime

from balkan_crawler.demo import Web
from balkan_crawler.model import Candidate, Discovery, UrlState, Visit
from balkan_crawler.storage import Store


def store_truth(store: Store, web: Web, now: datetime) -> None:
    """Store the truth of every page as a crawl with a perfect extraction would."""
    store.register(web.outlets, now)
    for lease in store.lease([outlet.key for outlet in web.outlets], "test", now, 60):
        read = [page for page in web.expected if page.outlet in lease.outlets]
        articles = [(page, page.extraction.article) for page in read if page.extraction.article]
        offers = [
            Candidate(url=article.url, outlet=page.outlet, found_by=Discovery.FEED, found_in="http://127.0.1.1/")
            for page, article in articles
        ]
        store.offer(lease, offers, now)
        visits = [
            Visit(
                url=article.url,
                outlet=page.outlet,
                state=UrlState.DONE,
                outcome="article",
                article=article,
                teasers=page.extraction.teasers,
            )
            for page, article in articles
        ]
        store.take(lease, now, 100)
        store.commit(lease, visits, now)
        store.release(lease, now, now)
