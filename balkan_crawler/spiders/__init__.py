"""The spider that crawls outlets: which documents a site is asked for next, and what becomes of the answers."""
