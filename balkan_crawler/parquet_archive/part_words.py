"""The words of the parts of some months, as they are counted in files beside the articles."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from balkan_crawler.parquet_archive.tables import ARTICLES, WORDS

if TYPE_CHECKING:
    from balkan_crawler.parquet_archive.asking import FilesDatabase
    from balkan_crawler.parquet_archive.manifest import FileRecord, Manifest

_LAST: Final = "\U0010ffff"


class PartWords:
    """Words with how many articles have each, and the files of articles that have it. Raises `MonthsDamagedError`."""

    def __init__(self, database: FilesDatabase, manifest: Manifest, months: Sequence[str]) -> None:
        self._database = database
        self._files: list[FileRecord] = []
        self._articles: dict[str, str] = {}
        """Files of articles by those of their words."""
        for generation in manifest.generations:
            if generation.month in months:
                of_country = {file.country: file.path for file in generation.files if file.table == ARTICLES.name}
                words = [file for file in generation.files if file.table == WORDS.name]
                self._files += words
                self._articles.update({database.path(file): of_country[file.country] for file in words})
        self._looked_up: dict[str, Mapping[str, Mapping[str, int]]] = {}

    def counted(self, begin: str) -> list[tuple[str, int]]:
        """Give the words with a beginning, and how many articles have each."""
        return [(word, sum(counts.values())) for word, counts in self._found(begin).items()]

    def having(self, word: str, is_prefix: bool) -> frozenset[str]:
        """Name the files of articles that have a word, or one that begins so."""
        begin = next((begin for begin in self._looked_up if word.startswith(begin)), word)
        found = self._found(begin)
        words = [each for each in found if each.startswith(word)] if is_prefix else [word]
        return frozenset(path for each in words for path in found.get(each, {}))

    def _found(self, begin: str) -> Mapping[str, Mapping[str, int]]:
        if begin not in self._looked_up:
            found: defaultdict[str, Counter[str]] = defaultdict(Counter)
            if self._files:
                query = f"""SELECT word, filename, articles FROM {self._database.files(self._files, named=True)}
                    WHERE word >= $begin AND word < $end"""
                for row in self._database.ask(query, {"begin": begin, "end": begin + _LAST}):
                    found[row["word"]][self._articles[row["filename"]]] += int(row["articles"])
            self._looked_up[begin] = found
        return self._looked_up[begin]
