"""Back-fills: an outlet's past days, planned from what it offers and fetched as a crawl does."""
