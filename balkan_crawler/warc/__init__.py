"""WARC files (ISO 28500): the pages of a crawl written into them, and pages read out of anybody's.

Nothing is imported here: who writes pages has no need of what reads them, which loads all of extraction.
"""
