"""A lock on an open file that ends with the process that has it, however that ends."""

from __future__ import annotations

import sys
from typing import IO

if sys.platform == "win32":
    import msvcrt

    _FAR_BEYOND = 2**31 - 2
    """Windows keeps others from the bytes that are locked; these are never written."""

    def lock(file: IO[bytes]) -> bool:
        """Take the lock of a file; gives whether it was free."""
        place = file.tell()
        try:
            file.seek(_FAR_BEYOND)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(place)
        return True

else:
    import fcntl

    def lock(file: IO[bytes]) -> bool:
        """Take the lock of a file; gives whether it was free."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
