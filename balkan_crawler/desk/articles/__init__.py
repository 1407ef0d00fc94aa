"""What the page of an article is made of: its text in a script, its copies, its earlier states. Pure."""
