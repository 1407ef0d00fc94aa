"""The crawl's own tables: frontier, sources, back-fills, runs and counts."""
