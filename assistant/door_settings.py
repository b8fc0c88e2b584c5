"""The tables of the settings file: who may ask, where the page may be embedded, how much may be asked.

They stand in the file alone, because they are lists and have names of their own; ``Settings`` holds them.
"""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


def _web_origin(value: str) -> str:
    value = value.removesuffix("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or "@" in parts.netloc or value.count("/") != 2:
        raise ValueError("should be the scheme and host of a site, like https://intranet.example.org")
    return value.lower()


Origin = Annotated[str, StringConstraints(pattern=r"^[!-~]+$", max_length=300), AfterValidator(_web_origin)]
EmbedName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
CollectionName = Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,64}$")]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Login(_Table):
    """``[login]``: how the page knows who asks."""

    kind: Literal["none", "header", "oidc"] = Field(
        default="none",
        description="`none`: nobody logs in. `header`: a proxy in front logs people in and names them in a header. "
        "`oidc`: the assistant logs them in with OpenID Connect.",
    )
    open: bool = Field(
        default=False,
        description="With `none`: whether whoever reaches the address may ask. Without it the assistant answers this "
        "machine only.",
    )
    user_header: HeaderName = Field(
        default="X-Forwarded-User", description="With `header`: the header that names the person."
    )
    groups_header: HeaderName = Field(
        default="X-Forwarded-Groups",
        description="With `header`: the header that names the person's groups, separated by commas.",
    )
    secret_header: HeaderName = Field(
        default="X-Proxy-Secret",
        description="With `header`: the header in which the proxy sends `PICUM_LOGIN_SECRET`, where that is set.",
    )
    issuer: str = Field(default="", description="With `oidc`: the address of the provider, as it names itself.")
    client_id: str = Field(
        default="",
        description="With `oidc`: the name that the provider gave to the assistant; the secret that belongs to it is "
        "`PICUM_LOGIN_SECRET`.",
    )
    groups_claim: str = Field(
        default="groups", min_length=1, description="With `oidc`: the claim that lists the groups."
    )
    scopes: str = Field(
        default="openid profile", pattern=r"^openid( \S+)*$", description="With `oidc`: what the provider is asked for."
    )
    hours: float = Field(default=8, gt=0, le=168, description="With `oidc`: after how many hours people log in again.")


class Embed(_Table):
    """``[embeds.NAME]``: one place in other pages where the assistant is shown."""

    origins: tuple[Origin, ...] = Field(
        min_length=1, description="The sites whose pages may show it, like `https://intranet.example.org`."
    )
    public: bool = Field(
        default=False,
        description="Whether it asks for no login where the page itself does; whoever opens it sees its collections.",
    )
    collections: Annotated[tuple[CollectionName, ...], Field(min_length=1)] | None = Field(
        default=None, description="The collections that it answers from; where they are not named, those of the reader."
    )
    documents: Annotated[tuple[str, ...], Field(min_length=1)] | None = Field(
        default=None, description="Ids of the only documents that it answers from."
    )
    questions_per_day: int | None = Field(
        default=None, ge=1, description="How many questions it takes a day, of everybody together; no limit without it."
    )
    paused: bool = Field(default=False, description="Whether it only says that it is paused.")


class Limits(_Table):
    """``[limits]``: how much may be asked. They do not count for somebody at this machine where nobody logs in."""

    questions_per_minute: float = Field(default=10, gt=0, description="Questions of one person a minute, on average.")
    burst: int = Field(default=5, ge=1, description="Questions that one person may ask at once.")
    at_a_time: int = Field(default=16, ge=1, le=512, description="Questions that are answered at the same time.")
    waiting: int = Field(default=20, ge=0, le=10_000, description="Questions that wait for a turn; more are refused.")
    look_ups_per_minute: float = Field(
        default=240,
        ge=1,
        description="Searches for words in the library, of one person a minute. They run while somebody types, and are "
        "no questions.",
    )
    question_characters: int = Field(default=4000, ge=100, le=4000, description="Characters of a question.")
    body_kilobytes: int = Field(default=256, ge=16, le=4096, description="Kilobytes of a request.")


TABLES: dict[str, type[BaseModel]] = {"login": Login, "embeds.NAME": Embed, "limits": Limits}
"""The tables by their heading in the file, but for ``groups``, which has no keys of its own."""


def tables_text() -> str:
    """The Markdown tables of all keys: key, default, meaning."""
    parts = []
    for heading, table in TABLES.items():
        rows = [f"`[{heading}]`", "", "| Key | Default | Meaning |", "|---|---|---|"]
        for name, field in table.model_fields.items():
            default = "" if field.is_required() else field.default
            shown = {None: "", "": "", True: "`true`", False: "`false`"}.get(default, f"`{default}`")
            rows.append(f"| `{name}` | {shown} | {field.description} |")
        parts.append("\n".join(rows))
    return "\n\n".join(parts)
