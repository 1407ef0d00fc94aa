"""Errors about a folder of closed months in Parquet files."""

from __future__ import annotations

from balkan_crawler.errors.files import FileError


class MonthsError(FileError):
    """Base of the errors about a folder of closed months."""


class MonthsStrangerError(MonthsError):
    """A folder is none of ours: it has no manifest and holds something else; raised before anything is changed."""

    exit_code = 2
    says = "{path} is no folder of archived months"
    advice = "name the folder that `balkan-crawler archive write` wrote to, or an empty or new one to write to"


class MonthsTooNewError(MonthsError):
    """A newer version of this program wrote the folder; raised before anything is changed."""

    is_lasting = True
    says = "{path} was written by a newer version of balkan-crawler"
    advice = "install the version that wrote it, or a newer one"


class MonthsBusyError(MonthsError):
    """Another run is writing to the folder; raised before anything is changed."""

    says = "{path} is being written to by another run"
    advice = "wait until that has ended, and run again"


class MonthsUnwritableError(MonthsError):
    """The folder cannot be written to, or its disk is full. What was complete stays, and nothing left the database."""

    says = "{path} cannot be written"
    advice = (
        "check the folder's permissions and its free space, and run again; nothing left the database for what failed"
    )


class MonthsUnfitError(MonthsError):
    """The database holds a value that a file cannot: one that was typed by hand, say. The month stays as it was."""

    says = "{path} cannot be archived"
    advice = "look for the value in the database and correct it; `balkan-crawler maintain --check` may name it"


class MonthsDamagedError(MonthsError):
    """A file is not as it was written, or cannot be read."""

    says = "{path} is damaged"
    advice = "`balkan-crawler archive verify` names all such files; put them back from a copy"
