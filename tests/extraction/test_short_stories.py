"""A story of one paragraph, and lists and tables that say the same thing twice."""

from lxml import html

from balkan_crawler.extraction.body.features import read_page
from balkan_crawler.extraction.body.rules import choose_blocks, with_only_paragraph
from balkan_crawler.extraction.document.blocks import read_blocks

PARAGRAPH = "The town has bought two thousand shares of the ferry company for twelve euros each, its council said."
OTHER = "The company has carried passengers across the river since the bridge was closed to cars two years ago."


def page_of(body):
    document = html.fromstring(f"<html><body><h1>Town buys shares</h1>{body}</body></html>")
    return read_page(read_blocks(document), None, None, ("Town buys shares",), None)


def order_of(page, text):
    return next(block.order for block in page.blocks if block.text.startswith(text))


def test_the_only_paragraph_is_text_though_it_is_the_lead_where_the_rest_is_a_menu():
    page = page_of(f"<div><p>{PARAGRAPH}</p><p>{OTHER}</p></div><ul><li>Doctors</li><li>Shops</li></ul>")
    lead, other, menu = (order_of(page, text) for text in (PARAGRAPH, OTHER, "Doctors"))
    chances = [0.9] * len(page.blocks)
    assert with_only_paragraph(page, chances, [menu], {lead}) == [lead, menu]
    assert with_only_paragraph(page, chances, [other], {lead}) == [other]


def lines(items, *paragraphs):
    """The lines of a body of paragraphs and a list, all of them likely."""
    page = page_of("<div>" + "".join(f"<p>{each}</p>" for each in paragraphs) + f"<ul>{items}</ul></div>")
    orders = choose_blocks(page, [0.0] + [0.9] * (len(page.blocks) - 1))
    return [page.blocks[order].text for order in orders]


def test_items_of_a_list_may_say_the_same_thing_twice():
    items = "<li>Monday</li><li>Half an hour on the bike.</li><li>Tuesday</li><li>Half an hour on the bike.</li>"
    assert lines(items, PARAGRAPH, OTHER).count("Half an hour on the bike.") == 2


def test_a_text_that_is_there_twice_with_its_lists_is_taken_once():
    items = "<li>Half an hour on the bike.</li><li>Half an hour on the bike.</li>"
    found = lines(items, PARAGRAPH, OTHER, PARAGRAPH, OTHER)
    assert sorted(found) == sorted([PARAGRAPH, OTHER, "Half an hour on the bike."])
