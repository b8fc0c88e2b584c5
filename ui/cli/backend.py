"""What the commands work with: the settings, the assistant, the index and the texts of this machine."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import typer

from assistant.settings import Settings, load_settings
from ui.answering import AnswersQuestions
from ui.cli.console import Advance, progress

if TYPE_CHECKING:
    from vectorstore.report import DocumentReport, IndexReport


class Backend(Protocol):
    """The seam that lets the commands be tested without models; ``LocalBackend`` is the real one."""

    def settings(self) -> Settings:
        """The settings of this run."""

    def assistant(self, settings: Settings) -> AnswersQuestions:
        """The assistant over the index in use."""

    def ingest(self, settings: Settings, paths: Sequence[Path], add: bool, advance: Advance) -> IndexReport:
        """Make the index of the corpus."""

    def plan(self, settings: Settings, paths: Sequence[Path], add: bool) -> Sequence[DocumentReport]:
        """What ``ingest`` would do."""

    def has_index(self, settings: Settings) -> bool:
        """Whether the corpus in use has an index that can be used."""


class LocalBackend:
    """This machine. Whatever is slow to import is imported when it is needed."""

    def settings(self) -> Settings:
        """Settings from the environment and the settings file; logging follows them."""
        settings = load_settings()
        logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
        return settings

    def assistant(self, settings: Settings) -> AnswersQuestions:
        """Opened by ``assistant.wiring``."""
        from assistant.wiring import build_assistant

        return build_assistant(settings)

    def ingest(self, settings: Settings, paths: Sequence[Path], add: bool, advance: Advance) -> IndexReport:
        """Done by ``assistant.wiring``."""
        from assistant.wiring import ingest

        return ingest(
            settings,
            paths,
            add,
            lambda step: advance(step.done, step.total, f"{step.stage} {step.what}".rstrip()),
        )

    def plan(self, settings: Settings, paths: Sequence[Path], add: bool) -> Sequence[DocumentReport]:
        """Done by ``vectorstore.planning``."""
        from ui.cli.local_index import planned

        return planned(settings, paths, add)

    def has_index(self, settings: Settings) -> bool:
        """A look at the disk."""
        from ui.cli.local_index import has_index

        return has_index(settings)


@contextmanager
def open_assistant(backend: Backend, settings: Settings) -> Iterator[AnswersQuestions]:
    """The assistant, closed at the end; a corpus without a usable index is read first, with a progress bar."""
    ensure_index(backend, settings)
    with closing(backend.assistant(settings)) as assistant:
        yield assistant


def ensure_index(backend: Backend, settings: Settings) -> None:
    """Make the index of the corpus in use where there is none, or none that this version can use."""
    if not backend.has_index(settings):
        with progress("reading the documents") as advance:
            backend.ingest(settings, (), False, advance)


def backend_of(context: typer.Context) -> Backend:
    """The backend that ``ui.cli.app.run`` gave to the command."""
    return cast(Backend, context.obj)
