"""How much one person may ask, and how much an embed may be asked in a day."""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

COUNTS = "counts.db"
_MOST_KEYS = 10_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Rates:
    """Token buckets: each key has ``burst`` questions at once, which come back at its rate. Safe in several threads."""

    def __init__(self, *, per_minute: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._burst, self._clock = per_minute, burst, clock
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, key: str, per_minute: float | None = None) -> int:
        """Take one question; 0, or the seconds until there is one again. ``per_minute`` is a rate of its own, which may
        be used up at once.
        """
        rate, burst = (per_minute, max(self._burst, int(per_minute))) if per_minute else (self._per_minute, self._burst)
        with self._lock:
            now = self._clock()
            bucket = self._buckets.pop(key, None) or _Bucket(burst, now)
            bucket.tokens = min(burst, bucket.tokens + (now - bucket.at) * rate / 60)
            bucket.at = now
            self._buckets[key] = bucket  # the latest last
            while len(self._buckets) > _MOST_KEYS:
                del self._buckets[next(iter(self._buckets))]
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                return 0
            return math.ceil((1 - bucket.tokens) * 60 / rate)


class Counts:
    """How many questions each embed was asked today: a number for each, shared by all processes of one data folder."""

    def __init__(self, home: Path, today: Callable[[], date]) -> None:
        self._file, self._today = home / COUNTS, today

    def take(self, embed: str, most: int) -> bool:
        """Count one question of an embed; False, and nothing is counted, where it has had its number today."""
        day = self._today().isoformat()
        with closing(self._open()) as database, database:
            database.execute("DELETE FROM asked WHERE day <> ?", (day,))
            taken = database.execute(
                "INSERT INTO asked VALUES (?, ?, 1) ON CONFLICT (embed) DO UPDATE SET n = n + 1 WHERE n < ?",
                (embed, day, most),
            )
            return taken.rowcount == 1

    def today(self, embed: str) -> int:
        """How many it was asked today."""
        if not self._file.exists():
            return 0
        with closing(self._open()) as database:
            row = database.execute(
                "SELECT n FROM asked WHERE embed = ? AND day = ?", (embed, self._today().isoformat())
            ).fetchone()
        return int(row[0]) if row else 0

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._file, timeout=10, isolation_level="IMMEDIATE")
        database.execute(
            "CREATE TABLE IF NOT EXISTS asked (embed TEXT PRIMARY KEY, day TEXT NOT NULL, n INTEGER NOT NULL)"
        )
        return database
