"""Whether an outlet was redesigned, or has a second layout: the articles in a row that are built as none before.

After a redesign the old places are found on no page any more; a second layout (videos, columns, a live blog) lives on
beside the first, within the same menu and footer. So what counts is a row of unlike articles that no known one breaks:
a short one where the page around the text is another too, a long one where only the text stands elsewhere, since an
outlet may well publish five columns one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from balkan_crawler.model import Kind
from balkan_crawler.model.page_reading import Likeness

if TYPE_CHECKING:
    from balkan_crawler.model import Article

# Set by hand; tests/crawl/test_redesign.py and benchmarks/templates.py check them.

FEWEST_FOREIGN: Final = 4
"""So many articles in a row in pages of another frame are a redesign,"""
FEWEST_SECTIONS: Final = 2
"""... if they are of so many sections, where the articles before were: one section alone may have been redesigned."""
FEWEST_UNLIKE: Final = 8
"""So many articles in a row whose text stands elsewhere are one, whatever is around it and whatever their section."""


@dataclass(slots=True)
class RedesignWatch:
    """Counts the articles in a row that are unlike all known, beginning with those that earlier runs have met.

    Of ``unlike`` ones ``foreign`` stood in another frame. A row that was long enough in an earlier run was told there.
    """

    unlike: int = 0
    foreign: int = 0
    _is_told: bool = False
    _usual_sections: set[str] = field(default_factory=set)
    _sections: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._is_told = self._is_redesign()

    @property
    def is_open(self) -> bool:
        """Whether there is a row of unlike articles of which it is not known yet what it is."""
        return self.unlike > 0 and not self._is_told

    def saw(self, likeness: Likeness, article: Article) -> bool:
        """Take one more article into account; gives whether the outlet is seen to be redesigned by it, once a row."""
        if likeness is Likeness.KNOWN:
            self._end(article)
            return False
        if likeness is Likeness.OTHER_LAYOUT and article.kind is not Kind.STORY:
            return False  # videos and galleries look as they do
        self.unlike += 1
        self.foreign += likeness is Likeness.OTHER_FRAME
        if article.section:
            self._sections.add(article.section)
        if self._is_told or not self._is_redesign():
            return False
        self._is_told = True
        return True

    def _is_redesign(self) -> bool:
        is_of_section = len(self._sections) < min(FEWEST_SECTIONS, len(self._usual_sections))
        return self.unlike >= FEWEST_UNLIKE or (self.foreign >= FEWEST_FOREIGN and not is_of_section)

    def _end(self, article: Article) -> None:
        """The row is broken by an article of a known layout."""
        if article.section:
            self._usual_sections.add(article.section)
        self.unlike, self.foreign, self._is_told, self._sections = 0, 0, False, set()
