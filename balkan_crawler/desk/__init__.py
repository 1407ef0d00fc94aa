"""The desk: pages to look at, read, search and compare an archive in a browser.

`serving.serve` runs it; `application.application` is the ASGI application, for whoever has a server of their own.
"""
