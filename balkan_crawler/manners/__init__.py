"""Manners: what a site asks of its visitors, and which addresses are nobody's business. Pure; no fetching."""
