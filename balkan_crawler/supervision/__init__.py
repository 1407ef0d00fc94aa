"""What stands above a crawl that stays: it starts it anew where it ends, keeps the schedule, and tells how it goes.

It knows nothing of Scrapy or SQL, so that it stays small; all that may grow, fail or hang is done by processes of their
own.
"""
