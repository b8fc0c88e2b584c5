"""The commands ``models list``, ``models fetch`` and ``models verify``."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.backend import backend_of
from ui.cli.console import complain, progress, say, say_table
from ui.cli.exits import Exit

models = typer.Typer(
    help="The model files on this machine: list, fetch, verify.", invoke_without_command=True, rich_markup_mode=None
)
_Name = Annotated[str | None, typer.Argument(help="A model that `models list` names; the one in use otherwise.")]


@models.callback()
def list_by_default(context: typer.Context) -> None:
    """The model files on this machine: list, fetch, verify."""
    if context.invoked_subcommand is None:
        list_models(context)


@models.command("list")
def list_models(context: typer.Context) -> None:
    """List the models that can be fetched, and which are here."""
    from assistant.models import listing

    settings = backend_of(context).settings()
    say_table(
        ("model", "kind", "megabytes", "licence", "here", "in use"),
        [
            (
                listed.model.name,
                listed.model.kind,
                f"{listed.model.size / 1e6:.0f}",
                listed.model.licence,
                "yes" if listed.installed else "no",
                "yes" if listed.model.name == settings.embedding else "",
            )
            for listed in listing(settings.home)
        ],
    )


@models.command("fetch")
def fetch_model(context: typer.Context, name: _Name = None) -> None:
    """Bring a model to this machine and verify it; an interrupted fetch goes on where it stopped."""
    from assistant.models import fetch, listing

    settings = backend_of(context).settings()
    wanted = name or settings.embedding
    if name is None and wanted not in {listed.model.name for listed in listing(settings.home)}:
        say(f"The model in use is the folder {wanted}; there is nothing to fetch.")
        return
    with progress(f"fetching {wanted}", in_bytes=True) as advance:
        folder = fetch(
            wanted,
            settings.home,
            lambda step: advance(step.done, step.total, step.step),
            hub=settings.hub,
        )
    say(f"The model {wanted} is whole in {folder}.")


@models.command("verify")
def verify_model(context: typer.Context, name: _Name = None) -> None:
    """Compare the files of a model with their known sizes and hashes."""
    from assistant.models import verify

    settings = backend_of(context).settings()
    report = verify(name or settings.embedding, settings.home)
    for file, fault in report.faults.items():
        complain(f"{report.folder / file} is {fault}.")
    if not report.ok:
        complain(f"The model {report.model.name} is not whole: run `picum-assistant models fetch {report.model.name}`.")
        raise typer.Exit(Exit.FAILED)
    say(f"The model {report.model.name} is whole in {report.folder}.")
