"""Copying a whole archive from one engine to another, or the same: resumed where it broke off, and held row by row.

`tables.toml` says what is copied, `canonical` how each value is written whatever engine it came from, `copy_format`
the bytes that digests are made of, `fitting` what PostgreSQL does not take. A source is read at one moment
(`sqlite_reader`, `postgres_reader`), by a process of its own (`reading_process`); a target keeps, in each transaction
that adds rows, how far it has come (`sqlite_target`, `postgres_target`), and is refused by every other opening until it
is whole. `process` puts these together: rows, full text, indexes, and the comparison (`digests`, `comparing`), most of
it done by `processes`.
"""
