"""Pages of WARC files read again by today's rules: through the workers of a crawl into the archive."""
