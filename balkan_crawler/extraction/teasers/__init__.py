"""The related stories that a page offers: links gathered into cards, cards told from menus and promotions."""
