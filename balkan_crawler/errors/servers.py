"""Database servers that cannot be reached or used; ``path`` is the URL without its password."""

from __future__ import annotations

from balkan_crawler.errors.files import (
    StoreError,
    StoreLockedError,
    StoreMissingError,
    StoreOutdatedError,
    StoreReadOnlyError,
)


class StoreUnreachableError(StoreError):
    """The server is down, restarts or cannot be found, or cut the connection; raised by every method of a store.

    What was committed before stays; what was not is undone.
    """

    is_passing = True
    says = "{path} cannot be reached"
    advice = "start the server, or check host, port and network, and run again; nothing stored is lost"


class StoreRefusedError(StoreError):
    """The server does not let this role in, or lets it not do what was asked; raised by every method of a store."""

    is_lasting = True
    says = "{path} refuses"
    advice = "check user, password and database of the URL, and the rights of the role"


class StoreUrlError(StoreRefusedError):
    """The URL of a database is none that can be understood; raised on opening, before anything is asked for.

    Nothing of such a URL is told but which option is unknown: what stands where may be a part of a password.
    """

    exit_code = 2
    says = "{path} is no URL of a database"
    advice = "write it as postgresql://user@host:5432/database"


class StoreServerChangedError(StoreError):
    """The tables are others than when the store was opened; raised by every method of a store, which is undone."""

    says = "{path} has other tables than when it was opened"
    advice = "run again, with the version that upgraded it; nothing stored is lost"


class StoreServerEmptyError(StoreMissingError):
    """The database holds no archive yet; raised on opening a store that is only to be read."""

    says = "{path} holds no archive yet"
    advice = "`balkan-crawler crawl` makes one, `balkan-crawler copy` moves one there, as a role that may make tables"


class StoreServerFailedError(StoreError):
    """The server met damage or failed by its own fault; raised by every method of a store."""

    says = "{path} failed"
    advice = "see the server's log; `pg_amcheck` looks for damage, a backup of the server has what was before"


class StoreServerBusyError(StoreLockedError):
    """The server broke a transaction off: it waited too long, stood in another's way, or was cancelled by somebody.

    Raised by every method of a store; all of the transaction is undone.
    """

    is_passing = True
    says = "{path} is busy"
    advice = "see who holds what (pg_stat_activity), or whether statement_timeout is short, and run again"


class StoreServerReadOnlyError(StoreReadOnlyError):
    """The server or the session takes no writes, such as a standby; raised on opening and by any writing method."""

    is_passing = True
    advice = "name the primary server, or a role that may write"


class StoreServerOutdatedError(StoreOutdatedError):
    """An older version made the tables on the server, and others may be at work there; raised by commands that do not
    crawl.
    """

    says = "{path} is of an older version"
    advice = "end the crawls of that version, then upgrade it with `balkan-crawler maintain` or the next crawl"


class StoreServerTooOldError(StoreError):
    """The server is of a version that the store does not know; raised on opening."""

    is_lasting = True
    says = "{path} is on a server that is too old"
    advice = "PostgreSQL 14 or newer is needed"


class StoreNoFileError(StoreError):
    """Something that is done to a file was asked for a database on a server; raised where it would be done."""

    exit_code = 2
    is_lasting = True
    says = "{path} is a database on a server, and this is done to files"
    advice = "there pg_dump and pg_restore do the like, and the server's autovacuum"
