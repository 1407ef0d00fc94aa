"""Links of a page: which of them are articles, told by the shapes of their addresses."""
