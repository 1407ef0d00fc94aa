"""What lies under Scrapy's downloader: certificates, the heads of answers, and its errors in words."""
