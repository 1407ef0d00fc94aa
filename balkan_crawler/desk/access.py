"""Who may look: everybody on this machine, elsewhere those who know the password or the token."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

_COST: Final = 2**14
"""https://www.rfc-editor.org/rfc/rfc7914#section-2: some 50 ms, once a start."""
_SALT: Final = b"balkan-crawler desk"
MOST_TRIES: Final = 10
"""Wrong passwords in `TRIES_WITHIN` seconds, of all who ask; then nobody's is looked at until one of them is older."""
TRIES_WITHIN: Final = 60.0
COOKIE: Final = "desk"


class Access:
    """Tells who knows the secret. What a browser keeps is made of it, and worth nothing once it is another one."""

    def __init__(self, secret: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._secret, self._clock = secret.encode("utf-8", "surrogatepass"), clock
        key = hashlib.scrypt(self._secret, salt=_SALT, n=_COST, r=8, p=1)
        self.pass_of_browser: Final = hmac.new(key, b"pass", "sha256").hexdigest()
        self._wrong: deque[float] = deque(maxlen=MOST_TRIES)
        self._lock = threading.Lock()

    def has_pass(self, cookie: str) -> bool:
        """Say whether a browser was let in before."""
        return hmac.compare_digest(cookie.encode("utf-8", "surrogatepass"), self.pass_of_browser.encode())

    def knows(self, secret: str) -> bool:
        """Say whether this is the secret. A wrong one counts as a try."""
        is_right = hmac.compare_digest(secret.encode("utf-8", "surrogatepass"), self._secret)
        if not is_right:
            with self._lock:
                self._wrong.append(self._clock())
        return is_right

    def must_wait(self) -> bool:
        """Say whether so many wrong ones came lately that none is to be looked at."""
        with self._lock:
            return len(self._wrong) == MOST_TRIES and self._clock() - self._wrong[0] < TRIES_WITHIN


def password_in(authorization: str) -> str | None:
    """Give the password of HTTP's basic authentication (RFC 7617), whatever the user's name; ``None`` without one."""
    scheme, _, written = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(written.strip(), validate=True).decode("utf-8").partition(":")[2]
    except (binascii.Error, ValueError):
        return None
