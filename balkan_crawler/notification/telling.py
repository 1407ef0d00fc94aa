"""Telling: what is new, lasts or has ended goes to each channel in one message, and is remembered once it was sent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from balkan_crawler.configuration import EmailChannel, WebhookChannel
from balkan_crawler.errors import ChannelError, StoreError
from balkan_crawler.notification.exchange import SECONDS, Answer, Line, side_by_side
from balkan_crawler.notification.mail import compose_mail, send_mail
from balkan_crawler.notification.memory import ONCE, Telling, lasting, once
from balkan_crawler.notification.message import bounded, compose
from balkan_crawler.notification.posting import send_to_ntfy, send_to_webhook
from balkan_crawler.notification.record import Message, Notice, Part, Result, Severity
from balkan_crawler.notification.secrets import secret_of
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from balkan_crawler.configuration import Channel
    from balkan_crawler.storage import Store, Told

FAULTS: Final = "channels"
"""The scope of channels that cannot be sent anything."""
_PRINTED: Final = ""
"""What stands for a channel where a fault is printed by the command that met it."""
_SAY_AGAIN_AFTER: Final = timedelta(days=1) - timedelta(hours=1)


def tell(
    holding: Sequence[Notice],
    *,
    scope: str,
    channels: Sequence[Channel],
    store: Store | None,
    now: datetime,
    environment: Mapping[str, str] = os.environ,
    seconds: float = SECONDS,
) -> tuple[Result, ...]:
    """Tell each channel what of a ``scope`` (such as ``health``) is new to it, still holds after a week, or has ended.

    ``holding`` is all that holds now. Only notices of one scope are compared, so that who looks at one thing ends
    nothing of another. A channel that could not be sent its message is tried again at the next call, and nothing is
    sent again to the others. Without a ``store``, or where it cannot be used, nothing is remembered, and all is told.
    Raises nothing that a channel or the store meets.
    """
    holding = tuple(map(bounded, holding))
    return _Teller(channels, store, now, environment, seconds).tell(
        lambda channel, known: lasting(scope, holding, (each for each in known if each.scope == scope), channel, now)
    )


def announce(
    reports: Sequence[Notice],
    *,
    channels: Sequence[Channel],
    store: Store | None,
    now: datetime,
    environment: Mapping[str, str] = os.environ,
    seconds: float = SECONDS,
) -> tuple[Result, ...]:
    """Tell each channel reports, each once by its key: what does not last, such as a digest.

    A channel that could not be sent one gets it with the next message, whatever that is about. Else as `tell`.
    """
    return _Teller(channels, store, now, environment, seconds).tell(None, tuple(map(bounded, reports)))


def send_test(
    channels: Sequence[Channel],
    now: datetime,
    environment: Mapping[str, str] = os.environ,
    seconds: float = SECONDS,
) -> tuple[Result, ...]:
    """Send each channel a message that says that it works; nothing is remembered."""
    text = (
        "This is a test of the ways in which this program tells you when something breaks. If you can read it, this "
        "one works.\n\nčćžšđ ăâîșț ëç Ђ ѓ ў Ω: letters of the region, to see that they arrive."
    )
    notice = Notice(key="test", title="a test, as you asked for", text=text, severity=Severity.NOTE)
    message = compose([Part(heading="", notices=(notice,))])
    answers = dict(_send(dict.fromkeys(channels, message), now, environment, seconds))
    return tuple(_result(channel, 1, answers[channel]) for channel in channels)


@dataclass(frozen=True, slots=True)
class _Teller:
    """One call: who is told, what is remembered, and when it is."""

    channels: Sequence[Channel]
    store: Store | None
    now: datetime
    environment: Mapping[str, str]
    seconds: float

    def tell(
        self,
        plan: Callable[[str, Sequence[Told]], Telling] | None,
        reports: Sequence[Notice] = (),
    ) -> tuple[Result, ...]:
        """Tell what ``plan`` finds for a channel, and ``reports``."""
        known = self._known()
        plans: dict[Channel, Telling] = {}
        for channel in self.channels:
            own = [each for each in known if each.channel == channel.identity]
            parts = [plan(channel.identity, own)] if plan else []
            parts.append(once(reports, (each for each in own if each.scope == ONCE), channel.identity, self.now))
            plans[channel] = _joined(parts)
        answers, trouble = self._send(plans)
        news = self._tell_of_faults(answers, known)
        results = []
        for channel, telling in plans.items():
            answer = answers.get(channel)
            result = _result(channel, telling.notices, answer)
            if isinstance(answer, ChannelError):
                result = replace(result, is_news=channel.identity in news)
            elif trouble and telling.notices:
                result = replace(result, reason=f"it may come again, since it cannot be remembered: {trouble}")
            elif channel.identity in news:
                result = replace(result, reason=result.reason or "works again")
            results.append(result)
        return tuple(results)

    def _send(self, plans: Mapping[Channel, Telling]) -> tuple[dict[Channel, Answer], StoreError | None]:
        """Send what there is, and remember of each channel what it was sent as soon as it was.

        Gives the answers, and why something could not be remembered, if it could not.
        """
        troubles = [self._keep([each for telling in plans.values() for each in telling.before])]
        messages = {channel: compose(telling.parts) for channel, telling in plans.items() if telling.parts}
        answers = {}
        for channel, answer in _send(messages, self.now, self.environment, self.seconds):
            answers[channel] = answer
            if not isinstance(answer, ChannelError):
                troubles.append(self._keep(plans[channel].after))
        return answers, next((each for each in troubles if each is not None), None)

    def _tell_of_faults(self, answers: Mapping[Channel, Answer], known: Sequence[Told]) -> frozenset[str]:
        """Tell the channels that work of those that do not, or do again; gives what of this is to be printed now.

        A channel that there was nothing to send to is as it was.
        """
        known = [each for each in known if each.scope == FAULTS]
        printed = [each for each in known if each.channel == _PRINTED]
        before = {each.key for each in printed if each.ended is None}
        failing: dict[str, Notice] = {}
        for channel in self.channels:
            answer = answers.get(channel)
            if isinstance(answer, ChannelError) or (channel not in answers and channel.identity in before):
                reason = answer.reason if isinstance(answer, ChannelError) else ""
                title = f"{channel.label}: could not be sent anything"
                failing[channel.identity] = Notice(key=channel.identity, title=title, text=reason)
        if not failing and not before:
            return frozenset()
        holding = tuple(failing.values())
        to_print = lasting(FAULTS, holding, printed, _PRINTED, self.now, _SAY_AGAIN_AFTER)
        self._keep((*to_print.before, *to_print.after))
        plans = {
            channel: lasting(
                FAULTS,
                holding,
                [each for each in known if each.channel == channel.identity],
                channel.identity,
                self.now,
            )
            for channel in self.channels
            if channel.identity not in failing
        }
        self._send(plans)
        return frozenset(notice.key for part in to_print.parts for notice in part.notices)

    def _known(self) -> list[Told]:
        try:
            return self.store.told() if self.store is not None else []
        except StoreError:
            return []

    def _keep(self, told: Sequence[Told]) -> StoreError | None:
        try:
            if self.store is not None and told:
                self.store.keep_told(told)
        except StoreError as error:
            return error
        return None


def _joined(tellings: Sequence[Telling]) -> Telling:
    return Telling(
        parts=tuple(part for telling in tellings for part in telling.parts),
        before=tuple(row for telling in tellings for row in telling.before),
        after=tuple(row for telling in tellings for row in telling.after),
    )


def _send(
    messages: Mapping[Channel, Message], now: datetime, environment: Mapping[str, str], seconds: float
) -> Iterator[tuple[Channel, Answer]]:
    """Send each channel its message; gives what came of each as it ends."""
    errands = {channel: partial(_errand, channel, message, now, environment) for channel, message in messages.items()}
    return side_by_side(errands, seconds)


def _errand(
    channel: Channel, message: Message, now: datetime, environment: Mapping[str, str], line: Line, seconds: float
) -> str | None:
    secret = secret_of(channel, environment)
    if isinstance(channel, EmailChannel):
        return send_mail(channel, secret, compose_mail(channel, message, now), line, seconds)
    if isinstance(channel, WebhookChannel):
        return send_to_webhook(channel, secret, message, line, seconds)
    return send_to_ntfy(channel, secret, message, line, seconds)


def _result(channel: Channel, notices: int, answer: Answer) -> Result:
    if isinstance(answer, ChannelError):
        return Result(channel=channel.label, told=0, reason=answer.reason, is_sent=False)
    return Result(channel=channel.label, told=notices, reason=answer)


def result_line(result: Result) -> str | None:
    """Write what came of a channel in a line; ``None`` where there is nothing to say."""
    if not result.is_sent:
        return f"{result.channel}: {result.reason}; it is tried again next time" if result.is_news else None
    sent = f"was sent {counted(result.told, 'notice')}" if result.told else ""
    said = "; ".join(part for part in (sent, result.reason or "") if part)
    return f"{result.channel}: {said}" if said else None
