"""The embeds of the settings file, as it is now: a server that runs sees a pause with the next request."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from assistant.door_settings import Embed
from assistant.errors import SettingsError

_log = logging.getLogger(__name__)


class Embeds:
    """The embeds by name. ``load`` reads them anew; where the file is broken the last ones stay."""

    def __init__(self, now: Mapping[str, Embed], file: Path, load: Callable[[], Mapping[str, Embed]]) -> None:
        self._embeds, self._file, self._load = dict(now), file, load
        self._seen = self._stamp()

    def find(self, name: str) -> Embed | None:
        """The embed of a name; None where there is none (any more)."""
        if (stamp := self._stamp()) != self._seen:
            self._seen = stamp
            try:
                self._embeds = dict(self._load())
            except SettingsError as error:
                _log.error("the embeds stay as they were: %s", error)
        return self._embeds.get(name)

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            status = self._file.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino
