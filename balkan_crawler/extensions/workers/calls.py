"""What goes through the frames: calls of functions to a worker, and what came of them back.

A frame without parts takes a call back, or says of one that it was begun.
"""

from __future__ import annotations

import pickle
import traceback
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.extensions.workers.frames import MOST_PARTS, Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

READY: Final = 0
"""The number of no task: by it, without parts, a worker says that it has started."""

_PROTOCOL: Final = 5
_RAW: Final = 4096
"""Arguments of so many bytes are sent beside the pickle, so that nobody copies a page in and out of one."""


def pack_call(
    number: int,
    cpu_seconds: float,
    function: Callable[..., object],
    arguments: Sequence[object],
    named: Mapping[str, object],
) -> Frame:
    """Make the frame of a call. Raises what pickling raises."""
    places = [place for place, value in enumerate(arguments) if type(value) is bytes and len(value) >= _RAW]
    places = places[: MOST_PARTS - 1]
    raw = [value for place in places if isinstance(value := arguments[place], bytes)]
    rest = [None if place in places else value for place, value in enumerate(arguments)]
    head = pickle.dumps((cpu_seconds, function, rest, places, dict(named)), _PROTOCOL)
    return Frame(number, (head, *raw))


def unpack_call(frame: Frame) -> tuple[float, Callable[..., Any], list[Any], dict[str, Any]]:
    """Give the limit of CPU seconds, the function, and its arguments. Raises what unpickling raises."""
    head, *raw = frame.parts
    cpu_seconds, function, arguments, places, named = pickle.loads(head)
    for place, value in zip(places, raw, strict=True):
        arguments[place] = value
    return cpu_seconds, function, arguments, named


def pack_result(number: int, result: object) -> Frame:
    """Make the frame of what a call gave. Raises what pickling raises."""
    return Frame(number, (pickle.dumps((True, result, ""), _PROTOCOL),))


def pack_error(number: int, error: BaseException) -> Frame:
    """Make the frame of what a call raised; what cannot be pickled arrives as a `RuntimeError` that names it."""
    where = "".join(traceback.format_exception(error))
    try:
        packed = pickle.dumps((False, error, where), _PROTOCOL)
        pickle.loads(packed)
    except Exception:  # an error may do anything there
        packed = pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}"), where), _PROTOCOL)
    return Frame(number, (packed,))


def unpack_answer(frame: Frame) -> Any:
    """Give what a call gave, or raise what it raised, with a note of where. Raises what unpickling raises."""
    is_result, value, where = pickle.loads(frame.parts[0])
    if is_result:
        return value
    value.add_note(f"in a worker process: {where}")
    raise value
