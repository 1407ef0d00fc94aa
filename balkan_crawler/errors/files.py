"""Files that cannot be read or written: the archive, exports, kept pages, standard output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from balkan_crawler.errors.base import BalkanCrawlerError


@dataclass(eq=False, repr=False)
class FileError(BalkanCrawlerError):
    """Base of the errors about one file."""

    path: str
    detail: str = ""
    says = "{path} cannot be used"
    advice = "check the file"


class ChecksFileError(FileError):
    """The file of earlier checks cannot be read or written; raised before and after outlets are visited."""

    exit_code = 2
    says = "{path} cannot be used to keep checks in"
    advice = "name another file with --history"


class StoreError(FileError):
    """Base of the errors of the database file; raised by every method of a store.

    One that ``is_passing`` may be gone in a moment without anybody's doing, and the same call is worth another try.
    """

    is_passing: ClassVar[bool] = False


class StoreLockedError(StoreError):
    """Another program holds the database's write lock longer than the time limit; raised by any writing method."""

    says = "{path} is locked by another program"
    advice = "close what writes to it (a DB browser with open edits?) and run again; nothing is lost"


class StoreDeadlockError(StoreLockedError):
    """Two programs waited for each other, and the server ended this one's transaction; it is of use to try again."""

    is_passing = True


class StoreBrokenError(StoreError):
    """The file is no SQLite database or is damaged; raised by any method of a store."""

    says = "{path} is not a sound SQLite database"
    advice = "`balkan-crawler maintain --repair` mends what can be; `balkan-crawler restore` puts a backup there"


class StoreStrangerError(StoreError):
    """The file is the database of another program; raised on opening."""

    is_lasting = True
    says = "{path} is the database of another program"
    advice = "name another file with --db"


class StoreReadOnlyError(StoreError):
    """The database or its folder cannot be written to; raised on opening and by any writing method."""

    says = "{path} cannot be written to"
    advice = "check the permissions of the file and its folder, or name another file with --db"


class StoreOutdatedError(StoreReadOnlyError):
    """An older version wrote the database, and it was opened only to be read; raised on opening."""

    says = "{path} is of an older version, and upgraded when it is opened to be written to"
    advice = "open it so once (`open_store(path)`), or crawl"


class StoreFullError(StoreError):
    """The disk is full; raised by any writing method. What was committed before stays."""

    says = "{path} could not grow, the disk is full"
    advice = "make room and run again; nothing stored is lost"


class StoreTooNewError(StoreError):
    """The file was written by a newer version of this program; raised on opening."""

    is_lasting = True
    says = "{path} was written by a newer version of balkan-crawler"
    advice = "install the version that wrote it, or a newer one, from a newer clone or wheel"


class StoreGoneError(StoreError):
    """The database was deleted, moved or replaced while it was open; raised by any writing method, and on opening one
    that lacks its main file. Nothing more is written, neither there nor to what stands in its place.
    """

    says = "{path} is not there any more as it was"
    advice = (
        "put it back together with its -wal file, or move that away too, and run again; "
        "move a database only while nothing uses it, and copy it with `balkan-crawler backup`"
    )


class StoreMissingError(StoreError):
    """There is no database at the path; raised on opening a store that is only to be read."""

    says = "{path} does not exist"
    advice = "run `balkan-crawler crawl` first, or name the file with --db"


class StoreInUseError(StoreError):
    """Another program has the database open, and it is to be replaced or rebuilt; raised before anything is."""

    says = "{path} is in use"
    advice = "end what uses it, stop its timer, and run again; nothing was changed"


class BackupError(FileError):
    """Base of the errors of writing a backup."""


class BackupPlaceError(BackupError):
    """The place that was named for a backup is none; raised before anything is written."""

    exit_code = 2
    says = "{path} is no place for a backup"
    advice = "name a folder that is there, or a new file in one"


class BackupUnwritableError(BackupError):
    """A backup cannot be written: no permission, no room, or another is being written; nothing of it stays."""

    says = "no backup could be written to {path}"
    advice = "check the folder's permissions and its free space, or name another one; earlier backups are as they were"


class BackupUnsoundError(BackupError):
    """A copy was made but is not whole; raised when it is read again, and nothing of it stays."""

    says = "the backup of {path} is not sound and was not kept"
    advice = "`balkan-crawler maintain --repair` mends what can be of the database; earlier backups are as they were"


class BackupUnusableError(BackupError):
    """What is to be restored is no whole copy of an archive; raised before anything is changed."""

    says = "{path} cannot be restored"
    advice = "try an older backup; nothing was changed"


class ExportError(FileError):
    """Base of the errors of writing an export."""


class ExportExistsError(ExportError):
    """The file to be written is there already and was not to be overwritten; raised before anything is written."""

    exit_code = 2
    says = "{path} exists already"
    advice = "name another file, or add --force to replace it"


class ExportUnwritableError(ExportError):
    """The export's folder cannot be written to, or its disk is full; raised while it is written, and nothing stays."""

    says = "{path} cannot be written"
    advice = "check the folder's permissions and its free space, or name another file with --output"


class PagesUnwritableError(FileError):
    """A folder that pages are kept in cannot be written to, or its disk is full; raised by `PageFolder`.

    A crawl then goes on without keeping pages.
    """

    exit_code = 2
    says = "{path} cannot be written"
    advice = "check the folder's permissions and its free space, or name another one with --keep-pages"


class WarcUnreadableError(FileError):
    """None of the named files gave a single WARC record; raised at the end of ``reextract``."""

    says = "nothing could be read of {path}"
    advice = "check that these are WARC files"


@dataclass(eq=False, repr=False)
class OutputLostError(BalkanCrawlerError):
    """What the user had asked to be printed could not be; raised at the end of a command, when its work is done."""

    detail: str = ""
    says = "the answer could not be written to standard output"
