"""Feeds: RSS, Atom and JSON Feed to candidates, and where a page names its feeds."""
