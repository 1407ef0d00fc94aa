"""Every error of the tree explains itself and survives the way between two processes."""

from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil
from datetime import UTC, datetime

import pytest

import balkan_crawler
from balkan_crawler import errors
from balkan_crawler.errors import BalkanCrawlerError, StatementFault


def tree(kind=BalkanCrawlerError):
    return [kind, *(below for child in kind.__subclasses__() for below in tree(child))]


ERRORS = [kind for kind in dict.fromkeys(tree()) if kind.__module__.startswith(errors.__name__)]
RAISED = [kind for kind in ERRORS if kind is not BalkanCrawlerError]
SAMPLES = {
    "str": "sample-text",
    "str | None": "sample-text",
    "int": 417,
    "datetime": datetime(2026, 11, 23, 12, tzinfo=UTC),
    "datetime | None": datetime(2026, 11, 23, 12, tzinfo=UTC),
    "StatementFault": StatementFault.SLOW,
    "tuple[str, ...]": ("sample-one", "sample-two"),
}

every_raised = pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)


def arguments(kind):
    parameters = list(inspect.signature(kind.__init__).parameters.values())[1:]
    return tuple(SAMPLES[parameter.annotation] for parameter in parameters)


def words(value):
    return [str(word) for word in value] if isinstance(value, tuple) else [str(value)]


OUTSIDE = {
    "DisallowedByRobots": "tells Scrapy by its own IgnoreRequest that a request is not to be made",
    "NotPublicError": "a resolver answers Twisted with Twisted's own error",
    "CutStreamError": "ends in its own middleware, which tells Scrapy in Scrapy's words",
    "TooLargeUnpackedError": "as the former",
    "FlawedCertificateError": "goes through Twisted, and is put in the tree's words where Twisted's errors end",
    "AnswerBoundsError": "as the former",
    "DamagedRecordError": "never leaves the room of WARC files, which counts it",
    "_NoPageError": "as the former",
    "WrongKeyError": "never leaves the room of configuration, which tells of it with file and line",
    "_StillDamagedError": "undoes a transaction, and never leaves the module that mends",
    "_UnfitError": "never leaves the module that reads a search page's address, which shows it as a sentence",
    "WorkLostError": "never leaves the room that reads again, which counts the file",
    "Refused": "never leaves the room of dates: its reader makes nothing of it",
}
"""Exceptions that stand outside the tree's module, each with its reason."""


def exceptions_of_the_package():
    modules = [module.name for module in pkgutil.walk_packages(balkan_crawler.__path__, "balkan_crawler.")]
    members = (inspect.getmembers(importlib.import_module(name), inspect.isclass) for name in modules)
    kinds = {kind for found in members for _, kind in found if kind.__module__.startswith("balkan_crawler.")}
    return {kind for kind in kinds if issubclass(kind, BaseException)}


def test_every_exception_of_the_package_is_in_the_tree_or_stands_outside_with_a_reason():
    strays = {kind.__name__ for kind in exceptions_of_the_package() if not kind.__module__.startswith(errors.__name__)}
    assert strays == set(OUTSIDE)


def test_the_tree_holds_every_error_of_the_module():
    named = {kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)}
    assert set(ERRORS) == named
    assert len(ERRORS) > 20


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_it_has_a_docstring_and_an_exit_code(kind):
    assert "__doc__" in vars(kind)
    assert len(kind.__doc__ or "") > 30
    assert kind.exit_code in (1, 2, 3)


@every_raised
def test_its_message_is_one_plain_line_that_names_its_arguments(kind):
    given = arguments(kind)
    message = str(kind(*given))
    assert "\n" not in message
    assert len(message) > 20
    for value in given:
        for word in words(value):
            assert word in message
    assert kind.__name__ not in message
    assert "None" not in message


@every_raised
def test_its_advice_needs_no_file_that_only_a_clone_has(kind):
    assert ".md" not in str(kind(*arguments(kind)))


@every_raised
def test_it_survives_pickling(kind):
    error = kind(*arguments(kind))
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(error, protocol))
        assert type(again) is kind
        assert (str(again), again.args, vars(again)) == (str(error), error.args, vars(error))
