"""Hashes that tell whether an article's text is another one: to the letter, and as a state that counts.

Every stored hash begins with the version of its rule, so that a better rule does not turn every article into an edited
one. Any change here, or of `fold` for `state_hash`, must raise it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from balkan_crawler.text.cleaning import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Sequence

BODY_RULE: Final = "1"
"""Version of the rule of `body_hash`."""
STATE_RULE: Final = "1"
"""Version of the rule of `state_hash`."""

_LABEL_WORDS: Final = 5
"""A line of no more words than this, its numbers left out, may be the label of a counter."""


def body_hash(title: str, body: str, *, clean: bool = False) -> str:
    """Give the key that changes when a headline or a body does: ``1:`` and 32 hexadecimal digits (BLAKE2b, 16 bytes).

    Both are cleaned first (``clean`` says that they were), and paragraphs may be divided otherwise without a change;
    letters, case, script and punctuation count, since an edit of them is an edit.
    """
    if not clean:
        title, body = clean_line(title), clean_text(body)
    return _hash(BODY_RULE, f"{title}\x00{' '.join(body.split())}")


def state_hash(title: Sequence[str], paragraphs: Sequence[Sequence[str]], sentences: Sequence[bool]) -> str:
    """Hash what counts as a state of an article: the folded words of title and body, without counters.

    ``sentences`` says of each paragraph whether it ends as a sentence. Case, marks, script, spaces and punctuation make
    no other state, nor do the numbers of a short line that is no sentence ("123 comments", "Read: 1,204 times"). The
    lead is left out: pages often repeat the body in it.
    """
    lines = [title, *map(_without_counter, paragraphs, sentences)]
    return _hash(STATE_RULE, "\n".join(" ".join(line) for line in lines))


def _without_counter(found: Sequence[str], sentence: bool) -> Sequence[str]:
    if sentence or len(found) > 4 * _LABEL_WORDS:
        return found
    label = [word for word in found if not word.isdigit()]
    return label if len(label) <= _LABEL_WORDS else found


def _hash(rule: str, text: str) -> str:
    return f"{rule}:{hashlib.blake2b(text.encode('utf-8'), digest_size=16).hexdigest()}"
