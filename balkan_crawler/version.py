"""The version of the program, read by the build and stored with every crawl."""

__version__ = "0.1.0"
