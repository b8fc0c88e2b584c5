"""The commands ``forget`` and ``remember``."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.backend import backend_of, shown_by
from ui.cli.console import complain, progress, say
from ui.cli.exits import Exit


def forget(
    context: typer.Context,
    document: Annotated[str, typer.Argument(help="Its name, as `documents` lists it, or its path.")],
    delete_file: Annotated[bool, typer.Option("--delete-file", help="Delete the file as well.")] = False,
) -> None:
    """Take a document out of all indexes for good; its file stays where it is, and is not read again."""
    from assistant.forgetting import forget as take_out

    settings = backend_of(context).settings()
    with progress("forgetting") as advance:
        done = take_out(settings, document, shown_by(advance), delete_file=delete_file)
    where = f"its file is still {done.file}" if done.file else "its file is gone"
    if not done.held:
        say(f"{done.document} is forgotten: nothing that it says is left in {settings.home}, and {where}.")
        return
    complain(
        f"{done.document} is out of the index, and {where}, but programs that are running still use what held it in "
        f"{', '.join(map(str, done.held))}; end them and run `picum-assistant forget` with it again."
    )
    raise typer.Exit(Exit.FAILED)


def remember(
    context: typer.Context,
    document: Annotated[str, typer.Argument(help="Its name, as `ingest` says it.")],
) -> None:
    """Take a forgotten document back into the index."""
    from assistant.forgetting import remember as take_back

    settings = backend_of(context).settings()
    with progress("remembering") as advance:
        report = take_back(settings, document, shown_by(advance))
    there = any(row.id == document and row.status != "failed" for row in report.documents)
    say(f"{document} is in the index again." if there else f"{document} is no longer forgotten; its file is not there.")
