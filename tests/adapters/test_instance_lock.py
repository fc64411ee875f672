"""Only one may listen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crampvoice.adapters.instance_lock import only_one
from crampvoice.errors import DeviceError


def test_a_second_one_is_refused_and_told_which_process_listens(tmp_path: Path) -> None:
    with (
        only_one(tmp_path),
        pytest.raises(DeviceError, match=rf"already listening \(process {os.getpid()}\)"),
        only_one(tmp_path),
    ):
        pass


def test_another_one_may_listen_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with only_one(tmp_path / "new"):
            pass


def test_a_process_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    code = (
        "import os, sys, pathlib, crampvoice.adapters.instance_lock as lock\n"
        "lock.only_one(pathlib.Path(sys.argv[1])).__enter__(); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -9
    with only_one(tmp_path):
        pass


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DeviceError, match=r"listening\.lock cannot be written"), only_one(tmp_path / "file"):
        pass
