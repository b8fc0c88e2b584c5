"""The commands ``models list``, ``models fetch`` and ``models verify``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import ModelFileError
from assistant.settings import Settings
from ui.cli.backend import backend_of
from ui.cli.console import Advance, complain, progress, say, say_table
from ui.cli.exits import Exit
from ui.cli.model_serving import serve_model
from ui.errors import Interrupted

if TYPE_CHECKING:
    from assistant.model_sources import OnProgress
    from assistant.models import Listed

models = typer.Typer(
    help="The model files on this machine: list, fetch, verify.", invoke_without_command=True, rich_markup_mode=None
)
models.command("serve")(serve_model)
_Name = Annotated[str | None, typer.Argument(help="A model that `models list` names; those in use otherwise.")]
_LARGE_BYTES = 500_000_000
"""From here on it is said how much will be fetched, before it begins."""


@models.callback()
def list_by_default(context: typer.Context) -> None:
    """The model files on this machine: list, fetch, verify."""
    if context.invoked_subcommand is None:
        list_models(context)


@models.command("list")
def list_models(context: typer.Context) -> None:
    """List the models that can be fetched, and which are here."""
    from assistant.language_models import models_in_use
    from assistant.models import listing

    settings = backend_of(context).settings()
    in_use = models_in_use(settings)
    say_table(
        ("model", "kind", "megabytes", "licence", "here", "in use"),
        [
            (
                listed.model.name,
                listed.model.kind,
                f"{listed.model.size / 1e6:.0f}",
                listed.model.licence,
                "yes" if listed.installed else "no",
                "yes" if listed.model.name in in_use else "",
            )
            for listed in listing(settings.home)
        ],
    )


@models.command("fetch")
def fetch_models(
    context: typer.Context,
    name: _Name = None,
    for_serving: Annotated[
        bool,
        typer.Option(
            "--for-serving",
            help="As `make serve` does: models whose files are here are not verified again, and a language model that "
            "cannot be brought is said and is no failure.",
        ),
    ] = False,
) -> None:
    """Bring a model to this machine and verify it; an interrupted fetch goes on where it stopped."""
    from assistant.models import listing

    settings = backend_of(context).settings()
    known = {listed.model.name: listed for listed in listing(settings.home)}
    for wanted in [name] if name else _known_in_use(settings):
        listed = known.get(wanted)
        if for_serving and listed and listed.installed:
            say(f"The model {wanted} is in {listed.folder}.")
            continue
        try:
            _fetch(wanted, listed, settings)
        except ModelFileError as error:
            if not (for_serving and listed and listed.model.kind == "language"):
                raise
            complain(str(error))


@models.command("verify")
def verify_models(context: typer.Context, name: _Name = None) -> None:
    """Compare the files of a model with their known sizes and hashes."""
    from assistant.models import verify

    settings = backend_of(context).settings()
    whole = True
    for wanted in [name] if name else _known_in_use(settings):
        report = verify(wanted, settings.home)
        for file, fault in report.faults.items():
            complain(f"{report.folder / file} is {fault}.")
        if report.ok:
            say(f"The model {wanted} is whole in {report.folder}.")
        else:
            complain(f"The model {wanted} is not whole: run `picum-assistant models fetch {wanted}`.")
            whole = False
    if not whole:
        raise typer.Exit(Exit.FAILED)


def _known_in_use(settings: Settings) -> Iterator[str]:
    """The models in use that can be fetched; says which one cannot."""
    from assistant.language_models import models_in_use
    from assistant.models import listing

    known = {listed.model.name for listed in listing(settings.home)}
    for name in models_in_use(settings):
        if name in known:
            yield name
        else:
            say(f"The model in use is the folder {name}; there is nothing to fetch and no hash to compare it with.")


def _fetch(name: str, listed: Listed | None, settings: Settings) -> None:
    from assistant.models import fetch

    if listed and not listed.installed and listed.model.size >= _LARGE_BYTES:
        _announce(listed)
    try:
        with progress(f"fetching {name}", in_bytes=True) as advance:
            folder = fetch(name, settings.home, _shown_by(advance), hub=settings.hub)
    except KeyboardInterrupt:
        raise Interrupted(
            f"The model {name} is not whole yet; what has come is kept, and the same command goes on from there."
        ) from None
    say(f"The model {name} is whole in {folder}.")


def _announce(listed: Listed) -> None:
    """Say what a large fetch will bring and how to do without, so that nobody is surprised by it."""
    say(
        f"Fetching the language model {listed.model.name}: {listed.model.size / 1e9:.1f} GB, and as much again on the "
        "disk until it is put together. Ctrl-C stops it, and the next time it goes on from there; "
        "`PICUM_LLM=none make serve` does without it."
    )


def _shown_by(advance: Advance) -> OnProgress:
    return lambda step: advance(step.done, step.total, step.step)
