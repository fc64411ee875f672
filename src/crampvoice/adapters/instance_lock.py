"""Only one crampvoice may listen at a time: two would both answer, and hear each other."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crampvoice.errors import DeviceError


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the lock in `folder` (made if missing) while the block runs; the system frees it however the process ends.

    Raises DeviceError if another process holds it, naming that process, or if the folder cannot be written.
    """
    path = folder / "listening.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise DeviceError(f"{path} cannot be written ({error.strerror}): check the permissions of its folder.") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.read(descriptor, 20).decode("ascii", "replace").strip()
        os.close(descriptor)
        by = f" (process {holder})" if holder.isdecimal() else ""
        raise DeviceError(
            f"crampvoice is already listening{by}: end that one first, with Ctrl-C where it runs, "
            "'systemctl --user stop crampvoice' or 'kill'."
        ) from error
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
