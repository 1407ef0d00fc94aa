"""Copying an archive: what stands in the way of one, and what came of it."""

from __future__ import annotations

from balkan_crawler.errors.files import StoreError


class StoreUnfinishedError(StoreError):
    """A copy of an archive that is not whole yet was opened for something else than to go on with it."""

    is_lasting = True
    says = "{path} is an unfinished copy of an archive"
    advice = "run the same `balkan-crawler copy` again to finish it, or delete it"


class CopyTargetError(StoreError):
    """What was named as the target of a copy is none; raised before anything is changed."""

    exit_code = 2
    is_lasting = True
    says = "{path} is no place for this copy"
    advice = "name a new file or an empty database"


class CopySourceInUseError(StoreError):
    """A crawl writes to the source of a copy, which would be without what it writes from now on."""

    says = "{path} is being crawled"
    advice = "stop the crawl first (then all of it is copied), or add --live to copy what is there at this moment"


class CopyRefusedError(StoreError):
    """The target's engine does not take some rows; raised when all others are copied. The copy is not whole."""

    exit_code = 1
    says = "{path} does not take everything"
    advice = "mend these rows in the source and run the same command again; it copies only what is missing"


class CopyDiffersError(StoreError):
    """A copy was held against its source row by row, and is not the same."""

    exit_code = 1
    says = "{path} is not the same as its source"
    advice = "where it is to be the same, delete it and copy anew; what was crawled into it since shows here, too"
