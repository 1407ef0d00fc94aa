"""The rules of ``rules.toml``, compiled once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any, Final

from balkan_crawler.data import read_table

IDENTITY_CODE: Final = 1
"""Version of what `identity` does beside the rules as data; to be raised with any change of its keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptTwins:
    """How one outlet's host names the two scripts of a story; empty fields do not apply."""

    labels: frozenset[str]
    drop: re.Pattern[str] | None
    story: re.Pattern[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All rules; names as in the file."""

    longest: int
    dropped: frozenset[str]
    dropped_prefixes: tuple[str, ...]
    dropped_values: Mapping[str, re.Pattern[str]]
    identity_values: Mapping[str, re.Pattern[str]]
    sessions: re.Pattern[str]
    wrappers: tuple[re.Pattern[str], ...]
    variant_hosts: frozenset[str]
    index: re.Pattern[str]
    front: frozenset[str]
    amp: frozenset[str]
    printed: frozenset[str]
    endings: re.Pattern[str]
    scripts: Mapping[str, ScriptTwins]


@cache
def identity_rule() -> str:
    """Name the rule by which `identity` makes its keys; keys of another rule cannot be compared with its own."""
    data = json.dumps(_data(), sort_keys=True).encode()
    return f"{IDENTITY_CODE}:{blake2b(data, digest_size=8).hexdigest()}"


def _data() -> dict[str, Any]:
    return read_table(__name__, "rules.toml")


@cache
def rules() -> Rules:
    """Give the compiled rules."""
    data = _data()
    parameters, variants = data["parameters"], data["identity"]
    return Rules(
        longest=data["limits"]["url"],
        dropped=frozenset(parameters["always"]),
        dropped_prefixes=tuple(parameters["prefixes"]),
        dropped_values=_compiled(parameters["valued"]),
        identity_values=_compiled(variants["parameters"]),
        sessions=re.compile("|".join(f"(?:{rule})" for rule in data["path"]["sessions"]), re.IGNORECASE),
        wrappers=tuple(re.compile(wrapper["pattern"]) for wrapper in data["wrappers"]),
        variant_hosts=frozenset(variants["hosts"]),
        index=re.compile(variants["index"], re.IGNORECASE),
        front=frozenset(variants["front"]),
        amp=frozenset(variants["amp"]),
        printed=frozenset(variants["print"]),
        endings=re.compile(variants["endings"], re.IGNORECASE),
        scripts={host: _twins(entry) for entry in data["scripts"] for host in entry["hosts"]},
    )


def _compiled(values: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(value, re.IGNORECASE) for name, value in values.items()}


def _twins(entry: Mapping[str, Any]) -> ScriptTwins:
    drop, story = entry.get("drop"), entry.get("story")
    return ScriptTwins(
        labels=frozenset(entry.get("labels", ())),
        drop=re.compile(drop) if drop else None,
        story=re.compile(story) if story else None,
    )
