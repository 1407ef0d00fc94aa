"""The page, parsed once: its tree, JSON-LD, landmarks and text blocks, and the phrases that all rooms above read by."""
