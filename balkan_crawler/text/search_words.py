"""What a user types into a search box, read once for all who need it: the index and the snippets of a search. Pure.

The grammar: words stand side by side, and all must occur. ``this OR that`` binds closer than that, ``NOT this`` and
``-this`` leave out, ``a AND b`` is ``a b``, parentheses group. ``"in quotes"`` is found as it stands, ``begin*`` by its
beginning, any other word in its other forms, too. ``title:word`` looks in one part only (`PARTS`), ``outlet:key`` at
one outlet. ``a NEAR b``, ``a NEAR/5 b`` and ``NEAR(a b, 5)`` want them within some words of each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from balkan_crawler.errors import QueryError
from balkan_crawler.text.folding import words

MOST_TERMS: Final = 64
"""More terms are refused: nobody types so many, and FTS5 limits the size of an expression."""
MOST_PHRASES: Final = 1000
"""Forms of all words of a search together, about."""
MOST_NEAR: Final = 256
"""Combinations of forms that are looked for near each other."""
MOST_DEPTH: Final = 20
"""Deeper parentheses are refused."""
DISTANCE: Final = 10
"""Words between two that are ``NEAR`` each other, at most, where the user says nothing else."""
PARTS: Final = {
    "title": "title",
    "lead": "lead",
    "body": "body",
    "author": "authors",
    "authors": "authors",
    "tag": "tags",
    "tags": "tags",
    "section": "section",
}
"""What may stand before a colon, and the column of the article that it means."""

_QUOTES: Final = str.maketrans(dict.fromkeys("„“”«»‟″", '"'))
_PIECE: Final = re.compile(
    r"(?P<sign>[-+]?)(?:(?P<near>NEAR\()|(?:(?P<part>[^\W\d_]+):(?=[^\s/]))?"
    r'(?:(?P<open>\()|"(?P<phrase>[^"]*)"(?P<star>\*?)|(?P<word>[^\s"()]+)))|(?P<close>\))'
)
_INFIX: Final = re.compile(r"NEAR(?:/(\d{1,3}))?")
_FOREIGN: Final = re.compile(r"[|&]+|[!^~].*|.*[~^]\d*|\*+[^*]+|[^*]+\*+[^*]+")
"""Operators of other tools, and stars that do not end a word: better refused than read as nothing."""
_OPERATORS: Final = frozenset({"OR", "AND"})


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that stand side by side, one at least; of a prefix the last is only the beginning of a word.

    ``in_forms`` says that other forms of the word (it is one then) are wanted as well; ``column`` that it is looked for
    in one column of the article only. ``is_cyrillic`` says how the user wrote it.
    """

    words: tuple[str, ...]
    is_prefix: bool = False
    in_forms: bool = False
    column: str | None = None
    is_cyrillic: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """Two terms or more within ``distance`` words of each other."""

    terms: tuple[Term, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of these, two at least."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of ``parts``, one at least, and none of ``without``."""

    parts: tuple[Node, ...]
    without: tuple[Node, ...] = ()


Node: TypeAlias = Term | Near | AnyOf | AllOf


@dataclass(frozen=True, slots=True)
class SearchWords:
    """What an article must hold to be found, and the outlets that the query names."""

    wanted: Node
    outlets: tuple[str, ...] = ()
    without_outlets: tuple[str, ...] = ()


def terms_of(node: Node) -> tuple[Term, ...]:
    """Give the terms that are wanted, in their order; none that are excluded."""
    if isinstance(node, Term):
        return (node,)
    parts: tuple[Node, ...] = node.terms if isinstance(node, Near) else node.parts
    return tuple(term for part in parts for term in terms_of(part))


def most_forms(node: Node) -> int:
    """Say how many forms of each word of a search are looked for, or of words near each other: so it stays quick."""
    if isinstance(node, Near):
        return max(1, int(MOST_NEAR ** (1 / len(node.terms))))
    return max(4, MOST_PHRASES // max(1, len(terms_of(node))))


def read_search(query: str) -> SearchWords:
    """Read a query; script, case and marks of its words do not matter.

    Raises `QueryError`, which says what is not understood: a query without anything to look for, an open quotation mark
    or parenthesis, an operator without its sides or of another tool, a part that articles do not have, too many words.
    """
    plain = query.translate(_QUOTES)
    if plain.count('"') % 2:
        raise QueryError(query, "a quotation mark is not closed")
    return _Reader(query, plain).read()


class _Reader:
    """Reads one query from left to right."""

    def __init__(self, query: str, plain: str) -> None:
        self._query = query
        self._pieces = [piece for piece in _PIECE.finditer(plain) if _is_something(piece)]
        self._place = 0
        self._depth = 0
        self._terms = 0
        self._outlets: list[str] = []
        self._without_outlets: list[str] = []

    def read(self) -> SearchWords:
        wanted = self._group(None)
        if self._place < len(self._pieces):
            raise self._error("a parenthesis is closed that was not opened")
        if wanted is None:
            raise self._error("there is no word to look for")
        return SearchWords(wanted, tuple(self._outlets), tuple(self._without_outlets))

    def _error(self, reason: str) -> QueryError:
        return QueryError(self._query, reason)

    def _group(self, column: str | None) -> Node | None:
        """Read up to the end or a closing parenthesis; ``None`` where nothing is wanted there."""
        wanted: list[list[Node]] = []
        without: list[Node] = []
        joint: str | None = None  # the operator that waits for its right side
        before = False  # whether something wanted stands right before
        part: Node | None = None
        while self._place < len(self._pieces) and not self._pieces[self._place]["close"]:
            piece = self._pieces[self._place]
            plain = _operator(piece)
            infix = _INFIX.fullmatch(plain)
            if plain in _OPERATORS or infix:
                if joint or not before:
                    raise self._error(f"{plain} stands between two words")
                if part is None and plain != "AND":
                    raise self._error(f"outlet: stands alone, not beside {plain}")
                joint, before = plain, False
                self._place += 1
                continue
            negative, part = self._operand(column)
            if negative and joint and joint != "AND":
                raise self._error(f"{joint} stands between two words that are wanted")
            if part is not None and negative:
                without.append(part)
            elif part is not None and joint == "OR":
                wanted[-1].append(part)
            elif part is not None and joint and joint != "AND":
                wanted[-1][-1] = self._nearby(wanted[-1][-1], part, joint)
            elif part is not None:
                wanted.append([part])
            if part is None and joint and joint != "AND":
                raise self._error(f"outlet: stands alone, not beside {joint}")
            before, joint = not negative, None
        if joint:
            raise self._error(f"{joint} stands between two words")
        parts = tuple(group[0] if len(group) == 1 else AnyOf(tuple(group)) for group in wanted)
        if not parts and without and self._depth:
            raise self._error("in parentheses there is only what is not wanted")
        if not parts:
            return None
        return parts[0] if len(parts) == 1 and not without else AllOf(parts, tuple(without))

    def _operand(self, column: str | None) -> tuple[bool, Node | None]:
        """Read a word, a phrase, a group or ``NEAR(...)``; says whether it is not wanted."""
        piece = self._pieces[self._place]
        negative = piece["sign"] == "-"
        self._place += 1
        if _operator(piece) == "NOT":
            if self._place == len(self._pieces) or self._pieces[self._place]["close"]:
                raise self._error("NOT stands before a word")
            if _operator(self._pieces[self._place]) in _OPERATORS | {"NOT"}:
                raise self._error("NOT stands before a word")
            other, part = self._operand(column)
            if other:
                raise self._error("NOT and - are one too many")
            self._take_outlet_back(part)
            return True, part
        if piece["near"]:
            return negative, self._near_group(column)
        if piece["part"] and piece["part"].lower() == "outlet":
            self._outlet(piece, negative=negative)
            return negative, None
        if piece["part"]:
            column = self._column(piece["part"])
        if piece["open"]:
            return negative, self._parentheses(column)
        return negative, self._term(piece, column)

    def _take_outlet_back(self, part: Node | None) -> None:
        """Move the outlet that was read last to those that are not wanted, where it was one."""
        if part is None and self._outlets:
            self._without_outlets.append(self._outlets.pop())

    def _column(self, name: str) -> str:
        if name.lower() not in PARTS:
            known = ", ".join(f"{part}:" for part in ("title", "lead", "body", "author", "tag", "section", "outlet"))
            raise self._error(f'{name}: is not understood; there are {known}. In quotes it is text: "{name} ..."')
        return PARTS[name.lower()]

    def _outlet(self, piece: re.Match[str], *, negative: bool) -> None:
        key = piece["word"] if piece["phrase"] is None else piece["phrase"]
        if not key:
            raise self._error("after outlet: stands the key of one outlet")
        if self._depth:
            raise self._error("outlet: stands alone, not in parentheses")
        (self._without_outlets if negative else self._outlets).append(key)

    def _parentheses(self, column: str | None) -> Node:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise self._error("too many parentheses")
        found = self._group(column)
        self._depth -= 1
        if self._place == len(self._pieces):
            raise self._error("a parenthesis is not closed")
        self._place += 1
        if found is None:
            raise self._error("there is no word in the parentheses")
        return found

    def _near_group(self, column: str | None) -> Node:
        terms: list[Term] = []
        distance = DISTANCE
        while self._place < len(self._pieces) and not self._pieces[self._place]["close"]:
            piece = self._pieces[self._place]
            self._place += 1
            if piece["sign"] or piece["part"] or piece["open"] or piece["near"] or _operator(piece) in _OPERATORS:
                raise self._error("NEAR( ) takes words and phrases, and a number after a comma")
            text = piece["word"] or ""
            if text.isdigit() and self._is_last_of_near():
                distance = int(text)
                continue
            terms.append(self._term(piece, column))
        if self._place == len(self._pieces):
            raise self._error("a parenthesis is not closed")
        self._place += 1
        if len(terms) < 2:
            raise self._error("NEAR( ) takes two words at least")
        return Near(tuple(terms), distance)

    def _is_last_of_near(self) -> bool:
        """Say whether the piece just read is a number after a comma, right before the closing parenthesis."""
        is_last = self._place < len(self._pieces) and self._pieces[self._place]["close"]
        begin = self._pieces[self._place - 1].start()
        return bool(is_last) and self._pieces[0].string[:begin].rstrip().endswith(",")

    def _nearby(self, left: Node, right: Node, operator: str) -> Near:
        infix = _INFIX.fullmatch(operator)
        distance = int(infix[1]) if infix and infix[1] else DISTANCE
        before = left.terms if isinstance(left, Near) and left.distance == distance else (left,)
        terms = [term for term in (*before, right) if isinstance(term, Term)]
        if len(terms) != len(before) + 1:
            raise self._error("NEAR stands between two words or phrases")
        if len({term.column for term in terms}) > 1:
            raise self._error("words that are NEAR each other stand in one part; write title:(a NEAR b)")
        return Near(tuple(terms), distance)

    def _term(self, piece: re.Match[str], column: str | None) -> Term:
        """Give what a piece of a query looks for."""
        self._terms += 1
        if self._terms > MOST_TERMS:
            raise self._error(f"more than {MOST_TERMS} words")
        if piece["phrase"] is not None:
            return Term(tuple(words(piece["phrase"])), is_prefix=bool(piece["star"]), column=column)
        text = piece["word"]
        if _FOREIGN.fullmatch(text):
            raise self._error(f'{text} is not understood; in quotes it is text: "{text.strip("*")}"')
        if text.endswith(":") and text[:-1].lower() in {*PARTS, "outlet"}:
            raise self._error(f"after {text} stands what to look for, without a space: {text}word")
        found = tuple(words(text))
        if not found:
            raise self._error("there is no word to look for")
        is_prefix = text.endswith("*")
        in_forms = len(found) == 1 and not is_prefix
        return Term(found, is_prefix, in_forms, column, is_cyrillic=any("\u0400" <= sign <= "\u04ff" for sign in text))


def _operator(piece: re.Match[str]) -> str:
    """Give the word of a piece that has nothing else to it; what is an operator is such a one."""
    return "" if piece["sign"] or piece["part"] or not piece["word"] else piece["word"]


def _is_something(piece: re.Match[str]) -> bool:
    """Say whether there is anything in a piece; signs alone are nothing, but for operators of other tools."""
    if piece["near"] or piece["open"] or piece["close"] or piece["part"]:
        return True
    text = piece["word"] if piece["phrase"] is None else piece["phrase"]
    return bool(words(text)) or (piece["phrase"] is None and re.fullmatch(r"[|&]+", text) is not None)


def without_columns(node: Node) -> Node:
    """Give the same search, whatever part of an article its words stand in."""
    if isinstance(node, Term):
        return replace(node, column=None)
    if isinstance(node, Near):
        return replace(node, terms=tuple(replace(term, column=None) for term in node.terms))
    if isinstance(node, AnyOf):
        return AnyOf(tuple(map(without_columns, node.parts)))
    return AllOf(tuple(map(without_columns, node.parts)), tuple(map(without_columns, node.without)))
