"""Scrapy extensions: what lives as long as a crawl. One class a file."""
