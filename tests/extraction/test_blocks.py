"""How a page is cut into blocks, and where each of them stands."""

import pytest

from balkan_crawler.extraction.body.classifier import column_names, load_forest
from balkan_crawler.extraction.document.blocks import lowest_around, nodes_of, read_blocks
from balkan_crawler.extraction.document.parsing import parse
from balkan_crawler.extraction.document.tags import words_of_any_script, words_of_class


def blocks_of(markup):
    return read_blocks(parse(markup.encode(), "https://primer.rs/vest-1").root)


def around(block):
    return [node.tag for node in block.node.lineage()]


def test_a_block_knows_the_elements_around_it_from_the_innermost_on():
    (block,) = blocks_of("<main><div><p>Tekst <b>sa <i>naglaskom</i></b></p></div></main>")
    assert around(block) == ["p", "div", "main", "body", "html"]
    assert block.node.depth == 4


def test_an_element_holds_the_blocks_from_its_first_to_its_last():
    blocks = blocks_of("<h1>Naslov</h1><article><p>Prvi</p>go tekst<p>Drugi</p></article><p>Ispod</p>")
    article = blocks[1].node.parent
    assert [block.text for block in blocks[article.first : article.last]] == ["Prvi", "go tekst", "Drugi"]
    assert article.size == 3


def test_the_elements_around_blocks_are_given_once_and_the_outer_ones_first():
    blocks = blocks_of("<div><p>Prvi</p><p>Drugi</p></div><ul><li></li></ul><p>Treći</p>")
    assert [node.tag for node in nodes_of(blocks)] == ["html", "body", "div", "p", "p", "p"]


def test_steps_up_end_at_the_root():
    (block,) = blocks_of("<div><p>Tekst</p></div>")
    assert [block.node.ancestor(steps).tag for steps in (0, 1, 2, 3, 9)] == ["p", "div", "body", "html", "html"]


def test_an_element_is_within_itself_and_those_around_it():
    first, second = blocks_of("<div><p>Prvi</p></div><p>Drugi</p>")
    assert first.node.is_within(first.node)
    assert first.node.is_within(first.node.ancestor(1))
    assert not second.node.is_within(first.node.ancestor(1))
    assert not first.node.ancestor(1).is_within(first.node)


@pytest.mark.parametrize(("share", "tag"), [(0.5, "article"), (0.8, "article"), (0.9, "body"), (1.0, "body")])
def test_the_lowest_element_around_a_share_of_the_text_is_found(share, tag):
    blocks = blocks_of("<article><p>1</p><p>2</p><p>3</p><p>4</p></article><p>5</p>")
    assert lowest_around(((block.node, 1) for block in blocks), share).tag == tag


def test_nothing_stands_around_no_text():
    (block,) = blocks_of("<p>Tekst</p>")
    assert lowest_around([], 0.5) is None
    assert lowest_around([(block.node, 0)], 0.5) is None


def test_text_of_an_element_that_nobody_reads_parts_no_line():
    (block,) = blocks_of("<p>Pre <noscript><b>skriveno</b></noscript>i posle</p>")
    assert block.text == "Pre i posle"


def test_linked_and_stressed_text_is_counted_without_the_space_around_it():
    (block,) = blocks_of("<p>Vidi <a href='/a'><b> ovde </b></a> i <strong>tamo</strong></p>")
    assert (block.link_length, block.strong_length) == (4, 8)
    assert [link.text for link in block.links] == ["ovde"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("td-postContent", ("td", "post", "content")),
        ("NEWSBody item__7", ("news", "body", "item")),
        ("sc-1xMn 12", ("sc",)),
    ],
)
def test_class_names_are_split_into_words(name, parts):
    assert words_of_class(name) == parts


def test_class_names_of_any_script_are_split_into_words():
    assert words_of_any_script("čitajJoš објављено-12 x") == ("čitaj", "još", "објављено", "x")


def test_the_trees_ask_for_the_features_that_are_counted():
    assert load_forest().names == column_names()
    assert len(set(column_names())) == len(column_names())
