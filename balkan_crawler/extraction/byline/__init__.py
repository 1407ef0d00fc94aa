"""The byline: who wrote a story, and which agencies it is credited to."""
