"""What a role may do to an archive and its server, beside reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import psycopg

_POWERS: Final = (
    "pg_read_server_files",
    "pg_write_server_files",
    "pg_execute_server_program",
    "pg_signal_backend",
    "pg_write_all_data",
)
"""Roles of the server whose members reach beyond tables:
https://www.postgresql.org/docs/current/predefined-roles.html"""
_REACHING: Final = ("pg_read_file(text)", "pg_read_binary_file(text)", "pg_ls_dir(text)", "lo_export(oid, text)")
"""Functions that reach files, which nobody may call unless somebody has granted it."""
_ASKED: Final = """
SELECT current_user, rolsuper,
    (
        SELECT min(relname) FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'f')
        AND (
            has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
            OR has_any_column_privilege(oid, 'INSERT, UPDATE')
        )
    ),
    has_schema_privilege(current_schema(), 'CREATE'),
    (SELECT min(rolname) FROM pg_roles AS power WHERE power.rolname = ANY(%s) AND pg_has_role(power.oid, 'MEMBER')),
    (SELECT min(name) FROM unnest(%s::text[]) AS name WHERE has_function_privilege(name, 'EXECUTE')),
    to_regclass('_searches') IS NOT NULL AND has_table_privilege('_searches', 'INSERT')
FROM pg_roles WHERE rolname = current_user
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a ``role`` may do: ``writes`` names a table that it may change, ``reaches`` what leads beyond tables."""

    role: str
    is_superuser: bool
    writes: str | None
    may_create: bool
    reaches: str | None
    may_save: bool
    """Whether it may write what the desk saves."""

    @property
    def objection(self) -> str | None:
        """Why statements that people type are not for this role; ``None`` for one that can only read tables."""
        if self.is_superuser:
            return f"the role {self.role} is a superuser"
        if self.reaches is not None:
            return f"the role {self.role} may use {self.reaches}"
        return None if self.writes is None else f"the role {self.role} may change {self.writes}"


def rights(connection: psycopg.Connection[tuple[Any, ...]]) -> Rights:
    """Say what the role of a connection may do."""
    row = connection.execute(_ASKED, (list(_POWERS), list(_REACHING))).fetchone()
    assert row is not None
    role, is_superuser, writes, may_create, power, function, may_save = row
    return Rights(
        role=role,
        is_superuser=is_superuser,
        writes=writes,
        may_create=may_create,
        reaches=power or function,
        may_save=may_save,
    )
