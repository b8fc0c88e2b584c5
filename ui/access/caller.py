"""Who asks, as the doors know them: what they may see and do, and nothing that says who they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Right = Literal["ask", "feedback", "metrics"]
"""``ask`` covers all reading: questions, search, documents and their text."""

RIGHTS: tuple[Right, ...] = ("ask", "feedback", "metrics")

NOWHERE = "none"
"""The route of a request to an address that is not there."""

_DOORS = {
    "/v1/": "openai",
    "/api/v1/": "api",
    "/mcp": "mcp",
    "/source/": "source",
    "/original/": "source",
    "/healthz": "probe",
    "/readyz": "probe",
    "/metrics": "probe",
    "/log": "login",
    "/widget": "widget",
}
"""The doors by how their routes begin; whatever else is there belongs to the page."""

_KEY = "picum.visit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """``key`` tells one from another for limits and conversations; it means nothing outside this process.

    ``collections`` (at least one) and ``documents`` (None: all of theirs) are what they see. ``counted`` is whether the
    limits are for them, ``per_minute`` a number of questions of their own. ``logged_in`` is whether they can log out.
    """

    key: str
    collections: frozenset[str]
    rights: frozenset[Right]
    documents: frozenset[str] | None = None
    counted: bool = True
    per_minute: float | None = None
    logged_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request that was let in. ``caller`` is None at the few addresses that everybody may see; ``embed`` names the
    embed that it came through, "" for none, and ``framed_by`` the sites that may show what is answered in a frame.
    ``frames`` is whether what is answered may show pages of this server in frames.
    ``route`` is the template of the address, without anything that the one who asks chose: for numbers and logs.
    """

    caller: Caller | None = None
    embed: str = ""
    framed_by: tuple[str, ...] = ()
    frames: bool = False
    route: str = NOWHERE

    @property
    def door(self) -> str:
        """Which door it came to, for numbers and logs."""
        if self.route == NOWHERE:
            return NOWHERE
        door = next((door for beginning, door in _DOORS.items() if self.route.startswith(beginning)), "page")
        return "embed" if self.embed and door == "page" else door


def visit_of(scope: Mapping[str, Any]) -> Visit:
    """The visit that the gate wrote into the scope of a request. Raises KeyError where no gate was passed."""
    visit: Visit = scope[_KEY]
    return visit


def caller_of(scope: Mapping[str, Any]) -> Caller:
    """Who asks. Raises KeyError where no gate was passed, LookupError at an address that needs nobody."""
    caller = visit_of(scope).caller
    if caller is None:
        raise LookupError("this address is open to everybody and knows nobody")
    return caller


def with_visit(scope: Mapping[str, Any], visit: Visit) -> dict[str, Any]:
    """The scope of a request that was let in."""
    return {**scope, _KEY: visit}
