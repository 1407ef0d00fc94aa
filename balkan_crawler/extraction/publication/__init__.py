"""When a story was published and last changed: each place that states a time is a witness."""
