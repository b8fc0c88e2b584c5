"""The commands ``token new``, ``token list`` and ``token revoke``."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, cast

import typer

from ui.access.caller import RIGHTS, Right
from ui.cli.backend import backend_of
from ui.cli.console import complain, say, say_table
from ui.cli.doctor_doors import collections_now
from ui.errors import UsageError

token = typer.Typer(help="Tokens for programs that ask.", invoke_without_command=True, rich_markup_mode=None)

_Name = Annotated[str, typer.Argument(help="What it is called; letters, digits, '-', '_' and '.'.")]
_LONGEST_DAYS = 3650


@token.callback()
def list_by_default(context: typer.Context) -> None:
    """The tokens of programs."""
    if context.invoked_subcommand is None:
        list_tokens(context)


@token.command("new")
def new_token(
    context: typer.Context,
    name: _Name,
    right: Annotated[list[str] | None, typer.Option(help=f"What it may: {', '.join(RIGHTS)}; `ask` otherwise.")] = None,
    collection: Annotated[
        list[str] | None, typer.Option(help="A collection that it sees; those that everybody sees otherwise.")
    ] = None,
    days: Annotated[int | None, typer.Option(help="For how many days it is good; without an end otherwise.")] = None,
    per_minute: Annotated[float | None, typer.Option(help="Questions a minute, instead of those of everybody.")] = None,
) -> None:
    """Make a token and show it, once."""
    from ui.access.tokens import Tokens

    settings = backend_of(context).settings()
    rights = list(dict.fromkeys(right or ["ask"]))
    if unknown := [each for each in rights if each not in RIGHTS]:
        raise UsageError(f"There is no right {unknown[0]!r}; choose of {', '.join(RIGHTS)}.")
    if days is not None and not 1 <= days <= _LONGEST_DAYS:
        raise UsageError(f"A token cannot be good for {days} days; say 1 to {_LONGEST_DAYS}, or leave --days away.")
    if per_minute is not None and not 0 < per_minute < float("inf"):
        raise UsageError(f"A token cannot have {per_minute:g} questions a minute; say a number above 0.")
    today = settings.current_date()
    expires = today + timedelta(days=days) if days else None
    collections = list(dict.fromkeys(collection or settings.scope))
    shown = Tokens(settings.home).add(
        name,
        rights=cast(list[Right], rights),
        collections=collections,
        created=today,
        expires=expires,
        per_minute=per_minute,
    )
    say(shown)
    if blind := sorted(set(collections) - (collections_now(settings) or set(collections))):
        complain(f"No document is in the collection {', '.join(blind)} now, so this token sees nothing of it.")
    until = f"until {expires.isoformat()}" if expires else "until it is revoked"
    complain(
        f"This is the token {name}, shown this once: it may {', '.join(rights)} in {', '.join(collections)} {until}. "
        f"A program sends it as `Authorization: Bearer {shown[:9]}…`."
    )


@token.command("list")
def list_tokens(context: typer.Context) -> None:
    """List the tokens; none of them is shown."""
    from ui.access.tokens import Tokens

    settings = backend_of(context).settings()
    today = settings.current_date()
    listed = Tokens(settings.home).all()
    if not listed:
        complain("There are no tokens; `picum-assistant token new NAME` makes one.")
        return
    say_table(
        ("token", "rights", "collections", "made", "good until", "a minute"),
        [
            (
                each.name,
                ", ".join(each.rights),
                ", ".join(each.collections),
                each.created,
                (each.expires or "revocation") if each.good_on(today) else f"{each.expires} (ended)",
                f"{each.per_minute:g}" if each.per_minute else "",
            )
            for each in listed
        ],
    )


@token.command("revoke")
def revoke_token(context: typer.Context, name: _Name) -> None:
    """Make a token worthless, from the next request on."""
    from ui.access.tokens import Tokens

    Tokens(backend_of(context).settings().home).revoke(name)
    say(f"The token {name} is revoked.")
