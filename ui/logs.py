"""The log of a run, on standard error: lines of text or of JSON, without content.

A message of somebody else's error can hold a question, so what went wrong is logged by its kind; the traceback comes at
DEBUG alone. Libraries log what they send, so of them only warnings are taken, at every level.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from datetime import UTC, datetime
from typing import Literal

_OURS = ("ingest", "vectorstore", "prompts", "assistant", "ui", "uvicorn")


def configure(level: str, form: Literal["text", "json"]) -> None:
    """Log from ``level`` on in this form, for the whole process. Mistakes in threads are logged in it too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json(level) if form == "json" else _Text(level))
    root = logging.getLogger()
    for former in [each for each in root.handlers if isinstance(each.formatter, _Text | _Json)]:
        root.removeHandler(former)
    root.addHandler(handler)
    root.setLevel(max(logging.getLevelNamesMapping()[level], logging.WARNING))
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
    threading.excepthook = _mistake_in_a_thread


class _Text(logging.Formatter):
    def __init__(self, level: str) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")
        self._traces = level == "DEBUG"

    def format(self, record: logging.LogRecord) -> str:
        """One line, with the kind of a mistake; its traceback behind it at DEBUG."""
        line = f"{record.levelname} {record.name}: {record.getMessage()}"
        if hasattr(record, "request"):
            line = f"{_when(record)} {line}"
        if not record.exc_info or record.exc_info[0] is None:
            return line
        line = f"{line} ({record.exc_info[0].__name__})"
        return f"{line}\n{self.formatException(record.exc_info)}" if self._traces else line


class _Json(logging.Formatter):
    def __init__(self, level: str) -> None:
        super().__init__()
        self._traces = level == "DEBUG"

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object on one line."""
        said: dict[str, object] = {"time": _when(record), "level": record.levelname, "logger": record.name}
        request = getattr(record, "request", None)
        said |= request if isinstance(request, dict) else {"message": record.getMessage()}
        if record.exc_info and record.exc_info[0] is not None:
            said["error"] = record.exc_info[0].__name__
            if self._traces:
                said["trace"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


def _when(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _mistake_in_a_thread(raised: threading.ExceptHookArgs) -> None:
    if raised.exc_type is SystemExit:
        return
    mistake = raised.exc_type, raised.exc_value or raised.exc_type(), raised.exc_traceback
    logging.getLogger("ui.threads").error("a mistake in the program ended a thread", exc_info=mistake)
