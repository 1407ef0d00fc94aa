"""What a user has set down once: a TOML file beside the database or in the user's own folder, read into one record.

It knows nothing of commands. That an option and an environment variable win over the file is the command line's to see.
"""

from __future__ import annotations

from balkan_crawler.configuration.channels import (
    Channel,
    EmailChannel,
    Encryption,
    Notification,
    NtfyChannel,
    WebhookChannel,
)
from balkan_crawler.configuration.maintenance import Maintenance
from balkan_crawler.configuration.places import FILE, find_file, own_outlets, user_folder
from balkan_crawler.configuration.reading import read_configuration
from balkan_crawler.configuration.record import TABLES, Configuration

__all__ = [
    "FILE",
    "TABLES",
    "Channel",
    "Configuration",
    "EmailChannel",
    "Encryption",
    "Maintenance",
    "Notification",
    "NtfyChannel",
    "WebhookChannel",
    "find_file",
    "own_outlets",
    "read_configuration",
    "user_folder",
]
