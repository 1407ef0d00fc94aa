"""The paragraphs of a guide stand in parts of one shape; they are its text where little else of it is understood."""

import pytest
from lxml import html

from balkan_crawler.extraction.body.columns import column_of
from balkan_crawler.extraction.body.features import read_page
from balkan_crawler.extraction.document.blocks import read_blocks

OPENING = "Seven towns by the sea are worth a stop this summer, and we have been to all of them by bus and by ferry. "
PART = "The old town lies on a hill above the harbour, and its market is open from six in the morning until noon. "
PARTS = 5


def chosen(heading="h2", chance=0.3, around="section", openings=4):
    """Give how many parts become text, where the opening alone is understood."""
    parts = "".join(
        f"<div class=part><{heading}>Town {number}</{heading}><div class=inner><p>{number} {PART * 2}</p></div></div>"
        for number in range(PARTS)
    )
    text = f"<div class=opening><p>{OPENING * openings}</p></div>"
    end = "<p>We wish you a good journey.</p>"
    page = f"<{around}>{text}{parts}{end}</{around}>" if around else f"<div><p>{OPENING * openings}</p></div>{parts}"
    document = html.fromstring(f"<html><body><h1>Seven towns by the sea</h1>{page}</body></html>")
    read = read_page(read_blocks(document), None, None, ("Seven towns by the sea",), None)
    kept = {block.order for block in read.blocks if "Seven towns by" in block.text and "worth" in block.text}
    kept |= {block.order for block in read.blocks if "journey" in block.text}
    chances = [0.99 if block.order in kept else chance for block in read.blocks]
    column = column_of(read, chances, kept, [False] * len(read.blocks))
    return sum(PART[:40] in read.blocks[order].text for order in column)


def test_parts_of_one_shape_with_more_words_than_the_rest_are_text():
    assert chosen() == PARTS


@pytest.mark.parametrize("why", [{"heading": "b"}, {"chance": 0.1}, {"around": ""}, {"openings": 12}])
def test_comments_unlikely_parts_parts_elsewhere_and_few_parts_are_none(why):
    assert chosen(**why) == 0
