"""The diary in SQLite: an entry that was confirmed survives power loss at any instant; only its owner may read the file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from crampvoice.errors import ContentError
from crampvoice.messages import DiaryEntry

_TABLE = """
CREATE TABLE IF NOT EXISTS cramps (
    id INTEGER PRIMARY KEY, at_utc REAL NOT NULL, local TEXT NOT NULL, place TEXT, lasted_s INTEGER
)
"""


class SqliteDiary:
    """A diary in one file; implements `ports.Diary`. Made when the first entry is written."""

    def __init__(self, path: Path) -> None:
        """Name the file."""
        self.path = path

    def add(self, entry: DiaryEntry) -> None:
        """Write an entry through to the disk. Raises ContentError."""
        with self._opened(create=True) as db:
            row = (entry.when.timestamp(), entry.when.isoformat(timespec="seconds"), entry.place, entry.lasted_s)
            db.execute("INSERT INTO cramps (at_utc, local, place, lasted_s) VALUES (?, ?, ?, ?)", row)

    def last(self) -> DiaryEntry | None:
        """Give the newest entry. Raises ContentError."""
        if not self._is_there():
            return None
        with self._opened() as db:
            row = db.execute("SELECT local, place, lasted_s FROM cramps ORDER BY at_utc DESC, id DESC LIMIT 1").fetchone()
        return DiaryEntry(when=datetime.fromisoformat(row[0]), place=row[1], lasted_s=row[2]) if row else None

    def count(self, since: datetime) -> int:
        """Count the entries from `since` on. Raises ContentError."""
        if not self._is_there():
            return 0
        earliest = since.timestamp() if since.year > 1 else 0.0
        with self._opened() as db:
            return int(db.execute("SELECT COUNT(*) FROM cramps WHERE at_utc >= ?", (earliest,)).fetchone()[0])

    def delete_last(self) -> None:
        """Remove the newest entry, if there is one. Raises ContentError."""
        if self._is_there():
            with self._opened() as db:
                db.execute("DELETE FROM cramps WHERE id = (SELECT id FROM cramps ORDER BY at_utc DESC, id DESC LIMIT 1)")

    def _is_there(self) -> bool:
        try:
            return self.path.exists()
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> ContentError:
        reason = getattr(error, "strerror", None) or error
        return ContentError(f"The diary {self.path} cannot be used: {reason}. Move it away or free some space.")

    @contextmanager
    def _opened(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        try:
            if create:
                self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            db = sqlite3.connect(self.path, timeout=5)
            try:
                db.execute("PRAGMA synchronous = EXTRA")
                db.execute(_TABLE)
                with db:
                    yield db
            finally:
                db.close()
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from error


class MemoryDiary:
    """Keeps an evening's entries in memory only: for trying things out."""

    def __init__(self) -> None:
        """Begin empty."""
        self._entries: list[DiaryEntry] = []

    def add(self, entry: DiaryEntry) -> None:
        """Keep an entry until the program ends."""
        self._entries.append(entry)

    def last(self) -> DiaryEntry | None:
        """Give the newest entry."""
        return self._entries[-1] if self._entries else None

    def count(self, since: datetime) -> int:
        """Count the entries from `since` on."""
        return sum(entry.when >= since for entry in self._entries)

    def delete_last(self) -> None:
        """Remove the newest entry, if there is one."""
        del self._entries[-1:]
