"""Looking names up, so that names whose servers do not answer keep no others waiting."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import Counter
from typing import TYPE_CHECKING, Final

from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from balkan_crawler.urls.sites import site_of_host

if TYPE_CHECKING:
    from twisted.internet.base import ReactorBase

MOST_THREADS: Final = 256
"""Look-ups at once: one for each request that may be under way (CONCURRENT_REQUESTS), since any may hang."""

MOST_OF_SITE: Final = 2
"""Look-ups at once of names of one registrable domain, those included that nobody waits for any more: the system's
resolver cannot be told to stop, and goes on for half a minute or longer."""


class Lookups:
    """Looks names up in threads of its own, as many at once as there are requests, and two at once of each site.

    Scrapy's ten threads for all sites are taken for half a minute by ten names that hang, and all others fail then. The
    threads are daemons, so that none delays the end of the process either.
    """

    def __init__(self, reactor: ReactorBase, seconds: float) -> None:
        """Prepare look-ups of so many seconds, the wait for a thread included."""
        self._reactor = reactor
        self._seconds = seconds
        self._at_work: Counter[str] = Counter()
        self._waiting: dict[Deferred[str], str] = {}

    def find(self, name: str) -> Deferred[str]:
        """Give the IPv4 address of a name; fails with `DNSLookupError` where there is none, or none in time."""
        answer: Deferred[str] = Deferred()
        timer = self._reactor.callLater(self._seconds, self._give_up, name, answer)

        def end(result: object) -> object:
            self._waiting.pop(answer, None)
            if timer.active():
                timer.cancel()
            return result

        self._waiting[answer] = name
        answer.addBoth(end)
        self._start()
        return answer

    def _start(self) -> None:
        """Begin with what waits and may begin."""
        for answer, name in list(self._waiting.items()):
            site = site_of_host(name.lower())
            if self._at_work.total() >= MOST_THREADS:
                return
            if self._at_work[site] < MOST_OF_SITE:
                del self._waiting[answer]
                self._at_work[site] += 1
                threading.Thread(target=self._look_up, args=(name, site, answer), name="look-up", daemon=True).start()

    def _look_up(self, name: str, site: str, answer: Deferred[str]) -> None:
        """Ask the system, in a thread."""
        found: str | Exception
        try:
            found = socket.gethostbyname(name)
        except (OSError, UnicodeError) as error:
            found = DNSLookupError(f"{name} was not found: {error}")
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            self._reactor.callFromThread(self._end, site, answer, found)

    def _end(self, site: str, answer: Deferred[str], found: str | Exception) -> None:
        self._at_work[site] -= 1
        if not self._at_work[site]:
            del self._at_work[site]
        if not answer.called:
            if isinstance(found, Exception):
                answer.errback(found)
            else:
                answer.callback(found)
        self._start()

    def _give_up(self, name: str, answer: Deferred[str]) -> None:
        if not answer.called:
            answer.errback(DNSLookupError(f"{name} was not found in {self._seconds:g} seconds"))
