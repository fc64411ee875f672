"""Messages to systemd, received on a real socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from crampvoice.adapters.supervisor import Supervisor


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(str(tmp_path / "notify"))
        receiver.settimeout(2)
        yield receiver


def test_ready_alive_and_stopping_are_told(systemd: socket.socket) -> None:
    supervisor = Supervisor({"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "30000000"})
    supervisor.ready()
    supervisor.alive()
    supervisor.stopping()
    supervisor.close()
    assert [systemd.recv(100) for _ in range(3)] == [b"READY=1\nSTATUS=listening", b"WATCHDOG=1", b"STOPPING=1"]


def test_alive_is_told_twice_per_period_at_most(systemd: socket.socket) -> None:
    supervisor = Supervisor({"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "30000000"})
    for _ in range(100):
        supervisor.alive()
    supervisor.stopping()
    supervisor.close()
    assert [systemd.recv(100) for _ in range(2)] == [b"WATCHDOG=1", b"STOPPING=1"]


def test_an_abstract_socket_works_too() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind("\0crampvoice-test-notify")
        receiver.settimeout(2)
        supervisor = Supervisor({"NOTIFY_SOCKET": "@crampvoice-test-notify"})
        supervisor.ready()
        supervisor.close()
        assert receiver.recv(100).startswith(b"READY=1")


def test_without_systemd_or_with_a_socket_that_is_gone_nothing_happens(tmp_path: Path) -> None:
    for environment in ({}, {"NOTIFY_SOCKET": str(tmp_path / "gone"), "WATCHDOG_USEC": "x"}):
        supervisor = Supervisor(environment)
        supervisor.ready()
        supervisor.alive()
        supervisor.close()
