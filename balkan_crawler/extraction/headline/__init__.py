"""The headline and the lead."""
