"""``python -m ui`` and the console script ``picum-assistant``."""

from __future__ import annotations

import logging
import sys
from types import TracebackType

_INTERRUPTED = 130


def main() -> int:
    """Run the command line and return its exit code."""
    sys.excepthook = _report_mistake
    try:
        from assistant.privacy import force_offline_and_private

        # Before anything else is imported: libraries read these switches when they load.
        force_offline_and_private()
        from ui.cli.app import run

        return run()
    except KeyboardInterrupt:  # before the command began
        sys.stderr.write("Interrupted.\n")
        return _INTERRUPTED


def _report_mistake(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An error that nobody foresaw: one sentence, because a traceback can hold a question; all of it on request."""
    if isinstance(error, ImportError):
        sys.stderr.write(f"A part of the installation is missing ({error}): run `make setup`.\n")
        return
    sys.stderr.write(
        f"A mistake in the program ended it ({kind.__name__}): set PICUM_LOG_LEVEL=DEBUG to see where, and report it.\n"
    )
    logging.getLogger(__name__).debug("uncaught", exc_info=(kind, error, trace))


if __name__ == "__main__":
    sys.exit(main())
