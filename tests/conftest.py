"""What all tests share: with ``CI`` set, generated examples are the same in every run, so that red means a change."""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")
