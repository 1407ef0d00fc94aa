"""Downloader middlewares: manners and safety of every request, whoever makes it. One class a file."""
