"""Telling systemd that the service is ready and alive, by datagrams to the socket it names (sd_notify(3))."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping


class Supervisor:
    """Reports to systemd if it has started this process, and does nothing otherwise."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        """Read `NOTIFY_SOCKET` and `WATCHDOG_USEC` from the environment."""
        environment = os.environ if environment is None else environment
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) if address else None
        if self._socket is not None:
            self._socket.setblocking(False)
        period_us = environment.get("WATCHDOG_USEC", "")
        self._every_s = int(period_us) / 2e6 if period_us.isdecimal() else None
        self._next_s = 0.0

    def ready(self) -> None:
        """Say that the night has begun."""
        self._send("READY=1\nSTATUS=listening")

    def alive(self) -> None:
        """Say that the loop still turns; call it as often as you like, it speaks twice per watchdog period."""
        if self._every_s is not None and time.monotonic() >= self._next_s:
            self._next_s = time.monotonic() + self._every_s
            self._send("WATCHDOG=1")

    def status(self, text: str) -> None:
        """Give the line that `systemctl status` shows."""
        self._send("STATUS=" + text.replace("\n", " "))

    def stopping(self) -> None:
        """Say that the night is over."""
        self._send("STOPPING=1")

    def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            self._socket.close()

    def _send(self, message: str) -> None:
        if self._socket is not None:
            try:
                self._socket.sendto(message.encode(), self._address)
            except OSError:
                return  # systemd is being restarted or its queue is full; the next message counts
