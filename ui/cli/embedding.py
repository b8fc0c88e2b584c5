"""The commands ``embed new``, ``list``, ``pause``, ``resume`` and ``snippet``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from assistant.door_settings import EmbedName, Origin
from assistant.settings import Settings, settings_file
from ui.access.limits import Counts
from ui.cli.backend import backend_of
from ui.cli.console import complain, say, say_table
from ui.errors import AccessError, UsageError
from ui.snippets import snippets_of

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Table

embed = typer.Typer(
    help="The places in pages of other sites where the assistant is shown.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
_Name = Annotated[str, typer.Argument(help="The name of an embed, as `embed list` shows it.")]


@embed.command("new")
def new_embed(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A name for it: small letters, digits and hyphens.")],
    origin: Annotated[
        list[str], typer.Option("--origin", help="A site that may show it, like https://intranet.example.org; again.")
    ],
    collection: Annotated[
        list[str] | None, typer.Option("--collection", help="A collection that it answers from; again for more.")
    ] = None,
    document: Annotated[
        list[str] | None, typer.Option("--document", help="The id of a document that it answers from; again for more.")
    ] = None,
    per_day: Annotated[int | None, typer.Option("--per-day", help="How many questions it takes a day.")] = None,
    public: Annotated[bool, typer.Option("--public", help="Ask for no login where the page itself does.")] = False,
) -> None:
    """Add an embed to the settings file; a server that runs has it at once."""
    import tomlkit
    from tomlkit.items import InlineTable

    settings = backend_of(context).settings()
    _check(name, origin)
    keys = {
        "origins": origin,
        "public": public or None,
        "collections": collection or None,
        "documents": document or None,
        "questions_per_day": per_day,
    }

    def add(content: TOMLDocument) -> None:
        embeds = content.setdefault("embeds", tomlkit.table(is_super_table=True))
        if name in embeds:
            raise AccessError(f"There is an embed {name} already; choose another name, or edit the settings file.")
        # A table of several lines cannot stand inside one of a single line.
        embeds[name] = table = tomlkit.inline_table() if isinstance(embeds, InlineTable) else tomlkit.table()
        for key, value in keys.items():
            if value is not None:
                table[key] = value

    file = _change(settings, add)
    say(f"The embed {name} is in {file}; `picum-assistant embed snippet {name}` prints what to put into a page.")


@embed.command("list")
def list_embeds(context: typer.Context) -> None:
    """List the embeds, with the questions of today."""
    settings = backend_of(context).settings()
    if not settings.embeds:
        say("There are no embeds; `picum-assistant embed new` makes one.")
        return
    counts = Counts(settings.home, settings.current_date)
    say_table(
        ("embed", "origins", "collections", "login", "paused", "today", "per day"),
        [
            (
                name,
                ", ".join(each.origins),
                ", ".join(each.collections or ()) or "all of the reader",
                "no" if each.public else "as the page",
                "yes" if each.paused else "no",
                str(counts.today(name)),
                str(each.questions_per_day or "no limit"),
            )
            for name, each in settings.embeds.items()
        ],
    )


@embed.command("pause")
def pause(context: typer.Context, name: _Name) -> None:
    """Let an embed say that it is paused, at once, and answer nothing."""
    _set_paused(context, name, True)
    say(f"The embed {name} is paused.")


@embed.command("resume")
def resume(context: typer.Context, name: _Name) -> None:
    """Let an embed answer again, at once."""
    _set_paused(context, name, False)
    say(f"The embed {name} answers again.")


@embed.command("snippet")
def snippet(context: typer.Context, name: _Name) -> None:
    """Print what to put into a page, and what the page has to permit."""
    settings = backend_of(context).settings()
    _known(settings, name)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = settings.public_url or f"http://{host}:{settings.port}"
    shown = snippets_of(name, address)
    say(f"A button in the corner, anywhere in the page:\n\n{shown.widget}\n")
    say(f"Or a place in the page:\n\n{shown.inline}\n")
    say(f"Or a frame, where scripts are not taken:\n\n{shown.frame}\n")
    say(f"Sources that a Content-Security-Policy of the page has to name:\n\n{shown.widget_policy}\n")
    say(f"Or for the frame alone:\n\n{shown.frame_policy}\n")
    say(f"To see it, and to copy from: {address}/embed/{name}/snippets")
    if not settings.public_url:
        complain("This address is of this machine alone: set PICUM_PUBLIC_URL to the one under which readers reach it.")


def _set_paused(context: typer.Context, name: str, paused: bool) -> None:
    settings = backend_of(context).settings()
    _known(settings, name)

    def put(content: TOMLDocument) -> None:
        table: Table = content["embeds"][name]  # type: ignore[index,assignment]
        if paused or "paused" in table:
            table["paused"] = paused

    _change(settings, put)


def _check(name: str, origins: list[str]) -> None:
    """What would be wrong in the file is wrong on the command line."""
    try:
        TypeAdapter(EmbedName).validate_python(name)
    except ValidationError:
        raise UsageError(f"An embed cannot be called {name!r}: use small letters, digits and hyphens.") from None
    for origin in origins:
        try:
            TypeAdapter(Origin).validate_python(origin)
        except ValidationError:
            raise UsageError(
                f"--origin cannot be {origin!r}: name the scheme and host of a site and nothing behind them, like "
                "https://intranet.example.org."
            ) from None


def _known(settings: Settings, name: str) -> None:
    if name not in settings.embeds:
        raise AccessError(f"There is no embed {name}; `picum-assistant embed list` names them.")


def _change(settings: Settings, change: Callable[[TOMLDocument], None]) -> Path:
    from assistant.settings_writing import change_settings

    file = settings_file(settings)
    change_settings(file, change)
    return file
