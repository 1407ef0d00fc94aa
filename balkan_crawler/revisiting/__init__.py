"""When an article is fetched again, and whether that is worth it. Pure; the time is handed in."""
