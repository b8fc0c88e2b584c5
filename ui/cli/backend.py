"""What the commands work with: the settings, the assistant, the index and the texts of this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import typer

from assistant.settings import Settings, load_settings
from ui.answering import AnswersQuestions
from ui.cli.console import Advance, complain, progress
from ui.logs import configure
from vectorstore.errors import IndexDamaged

if TYPE_CHECKING:
    from vectorstore.report import DocumentReport, IndexReport, Progress


class Backend(Protocol):
    """The seam that lets the commands be tested without models; ``LocalBackend`` is the real one."""

    def settings(self) -> Settings:
        """The settings of this run."""

    def assistant(self, settings: Settings, kept: bool = False) -> AnswersQuestions:
        """The assistant over the index in use, which with ``kept`` is made again where it is damaged later on."""

    def ingest(
        self, settings: Settings, paths: Sequence[Path], add: bool, advance: Advance, whole: bool = False
    ) -> IndexReport:
        """Make the index of the corpus; with ``whole`` also where nothing has changed."""

    def plan(self, settings: Settings, paths: Sequence[Path], add: bool) -> Sequence[DocumentReport]:
        """What ``ingest`` would do."""

    def trouble(self, settings: Settings) -> str | None:
        """Why the index of the corpus in use has to be made first, as one sentence; None where it can be used."""


class LocalBackend:
    """This machine. Whatever is slow to import is imported when it is needed."""

    def settings(self) -> Settings:
        """Settings from the environment and the settings file; logging follows them."""
        settings = load_settings()
        configure(settings.log_level, settings.log_format)
        return settings

    def assistant(self, settings: Settings, kept: bool = False) -> AnswersQuestions:
        """Opened by ``assistant.wiring``."""
        from assistant.wiring import build_assistant

        return build_assistant(settings, kept=kept)

    def ingest(
        self, settings: Settings, paths: Sequence[Path], add: bool, advance: Advance, whole: bool = False
    ) -> IndexReport:
        """Done by ``assistant.wiring``."""
        from assistant.wiring import ingest

        return ingest(settings, paths, add, shown_by(advance), whole=whole)

    def plan(self, settings: Settings, paths: Sequence[Path], add: bool) -> Sequence[DocumentReport]:
        """Done by ``vectorstore.planning``."""
        from ui.cli.local_index import planned

        return planned(settings, paths, add)

    def trouble(self, settings: Settings) -> str | None:
        """A look at the disk."""
        from ui.cli.local_index import trouble

        return trouble(settings)


@contextmanager
def open_assistant(backend: Backend, settings: Settings, kept: bool = False) -> Iterator[AnswersQuestions]:
    """The assistant, closed at the end; a corpus without a usable index is read first, with a progress bar."""
    ensure_index(backend, settings)
    with closing(opened(backend, settings, kept)) as assistant:
        yield assistant


def ensure_index(backend: Backend, settings: Settings) -> None:
    """Make the index of the corpus in use where there is none, or none that this version can use, and say so."""
    if why := backend.trouble(settings):
        complain(why)
        with progress("reading the documents") as advance:
            backend.ingest(settings, (), False, advance)


def opened(backend: Backend, settings: Settings, kept: bool = False) -> AnswersQuestions:
    """The assistant. An index whose files are as they were written and that does not answer as it should, which only
    opening it shows, is made again.
    """
    try:
        return backend.assistant(settings, kept)
    except IndexDamaged:
        complain("The index is damaged, so it is made again from the documents.")
        with progress("reading the documents") as advance:
            backend.ingest(settings, (), False, advance, whole=True)
        return backend.assistant(settings, kept)


def shown_by(advance: Advance) -> Callable[[Progress], None]:
    """Shows the steps of indexing on a progress bar."""
    return lambda step: advance(step.done, step.total, f"{step.stage} {step.what}".rstrip())


def backend_of(context: typer.Context) -> Backend:
    """The backend that ``ui.cli.app.run`` gave to the command."""
    return cast(Backend, context.obj)
