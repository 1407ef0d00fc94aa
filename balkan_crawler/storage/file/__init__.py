"""The database file: opening, schema, migrations, and the look at it from outside."""
