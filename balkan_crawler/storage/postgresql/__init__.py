"""What the PostgreSQL store stands on: its tables and views, connections, and its form of statements and words."""
