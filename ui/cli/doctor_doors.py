"""What ``doctor`` finds out about the doors: who is let in, where they are shown, and who could read what is kept."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from assistant.door_settings import Embed
from assistant.errors import AssistantError
from assistant.language_models import is_this_machine
from assistant.settings import SECRETS, Settings, settings_file
from ingest.errors import IngestError
from ui.access.limits import COUNTS, Counts
from ui.access.tokens import FILE as TOKENS
from ui.access.tokens import Tokens
from ui.cli.findings import Finding
from ui.errors import AccessError, UiError
from vectorstore.errors import VectorStoreError

_WIDEST = {4: 8, 6: 16}
"""Bits of a network, by version: a wider one holds other people's machines."""
_PRIVATE = (TOKENS, "login.key", "feedback.jsonl", "feedback.db", "indexes")
"""What nobody but the owner should read, in the data folder."""


def page(settings: Settings) -> Finding:
    """Where it listens, and where readers reach it."""
    where = f"`serve` opens {settings.host}:{settings.port}"
    if settings.public_url:
        return Finding(about="page", says=f"{where}; readers reach it at {settings.public_url}")
    if is_this_machine(settings.host):
        return Finding(about="page", says=f"{where}, for this machine only")
    return Finding(about="page", says=f"{where}, for every machine that can reach this one")


def login(settings: Settings) -> Finding:
    """Who may ask; where a provider logs people in, it is asked whether it is there."""
    about, table = "login", settings.login
    from ui.access.entrance import why_not_safe

    if why := why_not_safe(settings):
        return Finding(about=about, says="", todo=why)
    match table.kind:
        case "none" if table.open:
            return Finding(about=about, says="nobody logs in, and whoever reaches the address may ask")
        case "none":
            return Finding(about=about, says="nobody logs in, and only this machine may ask")
        case "header":
            checked = [f"an address of {', '.join(map(str, settings.trusted_proxies))}"] * bool(
                settings.trusted_proxies
            )
            checked += [f"the secret in {table.secret_header}"] * bool(settings.login_secret)
            return Finding(
                about=about, says=f"a proxy names people in {table.user_header}, with {' and '.join(checked)}"
            )
        case "oidc":
            return _provider(settings)


def _provider(settings: Settings) -> Finding:
    from ui.access.provider import Provider

    about, issuer = "login", settings.login.issuer
    secret = settings.login_secret.get_secret_value() if settings.login_secret else ""
    provider = Provider(settings.login, secret, f"{settings.public_url.rstrip('/')}/login/callback")
    try:
        # What the provider says of itself is fetched for this; nobody is logged in.
        provider.login_address(state="doctor", nonce="doctor", verifier="doctor" * 8)
    except UiError as error:
        return Finding(about=about, says="", todo=f"{issuer} cannot log people in: {str(error).rstrip('.')}.")
    return Finding(about=about, says=f"{issuer} logs people in, and answers")


def proxies(settings: Settings) -> Finding:
    """Whether the proxy in front is known, and no more than that."""
    about, trusted = "proxies", settings.trusted_proxies
    if wide := [str(network) for network in trusted if network.prefixlen < _WIDEST[network.version]]:
        todo = f"{', '.join(wide)} in PICUM_TRUSTED_PROXIES holds machines of others; name the proxy alone."
        return Finding(about=about, says="", todo=todo)
    if settings.public_url and not trusted:
        return Finding(
            about=about,
            says="",
            todo="PICUM_PUBLIC_URL says that a proxy is in front, and PICUM_TRUSTED_PROXIES does not name it, so the "
            "limits count all readers as one; set it to the address of the proxy, like 127.0.0.1.",
        )
    parts = urlsplit(settings.public_url)
    if parts.scheme == "http" and not is_this_machine(parts.hostname or ""):
        todo = f"questions go unencrypted to {settings.public_url}; have the proxy serve it over https."
        return Finding(about=about, says="", todo=todo)
    if not trusted:
        return Finding(about=about, says="none is trusted, and none is said to be there")
    return Finding(about=about, says=f"{', '.join(map(str, trusted))} may say who asks and from where")


def groups(settings: Settings) -> Finding:
    """Whether the groups see what is there."""
    about = "groups"
    if not settings.groups:
        return Finding(about=about, says=f"none; everybody sees {', '.join(settings.scope)}")
    if settings.login.kind == "none":
        return Finding(
            about=about, says="", todo="nobody logs in, so nobody is in a group; set a [login], or remove [groups]."
        )
    known = collections_now(settings)
    named = {name: sorted({*collections} - known) for name, collections in settings.groups.items() if known is not None}
    if missing := [f"{', '.join(names)} of {group}" for group, names in named.items() if names]:
        todo = f"no document is in {'; '.join(missing)}; correct [groups], or the collections in documents.yaml."
        return Finding(about=about, says="", todo=todo)
    return Finding(about=about, says=f"{len(settings.groups)}: {', '.join(sorted(settings.groups))}")


def embeds(settings: Settings) -> Finding:
    """Whether each embed can be shown and has something to show."""
    about = "embeds"
    if not settings.embeds:
        return Finding(about=about, says="none")
    faults = [fault for name, embed in settings.embeds.items() for fault in _faults_of(name, embed, settings)]
    if faults:
        return Finding(about=about, says="", todo=f"{'; '.join(faults)}.")
    return Finding(
        about=about, says="; ".join(_shown(name, embed, settings) for name, embed in settings.embeds.items())
    )


def _faults_of(name: str, embed: Embed, settings: Settings) -> Iterator[str]:
    for origin in embed.origins:
        parts = urlsplit(origin)
        if parts.scheme != "https" and not is_this_machine(parts.hostname or ""):
            yield f"{origin} of the embed {name} is not https, so others can change that page; serve it over https"
    known = collections_now(settings)
    if known is not None and (missing := sorted({*(embed.collections or ())} - known)):
        yield f"no document is in the collection {', '.join(missing)} of the embed {name}; correct it"
    if embed.documents and (lost := sorted({*embed.documents} - _documents(settings))):
        yield f"there is no document {', '.join(lost)} for the embed {name}; `picum-assistant documents` lists them"


def _shown(name: str, embed: Embed, settings: Settings) -> str:
    said = [name]
    if embed.paused:
        said.append("(paused)")
    if embed.public:
        said.append("(no login)")
    if embed.questions_per_day is not None:
        # Looking must not make the file.
        there = (settings.home / COUNTS).exists()
        asked = Counts(settings.home, settings.current_date).today(name) if there else 0
        said.append(f"({asked} of {embed.questions_per_day} questions today)")
    return " ".join(said)


def tokens(settings: Settings) -> Finding:
    """Whether the tokens are good and lead to something."""
    about = "tokens"
    try:
        there = Tokens(settings.home).all()
    except AccessError as error:
        return Finding(about=about, says="", todo=str(error))
    today, known = settings.current_date(), collections_now(settings)
    ended = [token.name for token in there if not token.good_on(today)]
    blind = [token.name for token in there if known is not None and not set(token.collections) & known]
    faults = [f"{', '.join(ended)} ended"] * bool(ended) + [f"{', '.join(blind)} sees no document"] * bool(blind)
    if faults:
        todo = f"{'; '.join(faults)}; revoke them with `picum-assistant token revoke`, and make new ones."
        return Finding(about=about, says="", todo=todo)
    return Finding(about=about, says=f"{len(there)}: {', '.join(token.name for token in there)}" if there else "none")


def kept_files(settings: Settings) -> Finding:
    """Whether others on this machine could read what is kept."""
    about, home = "files", settings.home
    if home.is_dir() and not home.stat().st_mode & 0o077:
        return Finding(about=about, says=f"nobody but their owner can enter {home}")
    private = [home / name for name in _PRIVATE]
    if _holds_a_secret(file := settings_file(settings)):
        private.append(file)
    if wide := [path for path in private if path.exists() and path.stat().st_mode & 0o077]:
        command = shlex.join(["chmod", "go=", *map(str, wide)])
        return Finding(about=about, says="", todo=f"others on this machine can read what is kept; run `{command}`.")
    return Finding(about=about, says="what is kept can be read by its owner alone")


def _holds_a_secret(file: Path) -> bool:
    try:
        return not SECRETS.isdisjoint(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return False


def feedback(settings: Settings) -> Finding:
    """Whether anything that readers write is kept."""
    if settings.feedback:
        return Finding(about="feedback", says="readers may leave it, and it is kept in the data folder")
    return Finding(about="feedback", says="off; nothing that readers write is kept")


DOORS: tuple[Callable[[Settings], Finding], ...] = (
    page,
    login,
    proxies,
    groups,
    embeds,
    tokens,
    kept_files,
    feedback,
)
"""The checks, in their order."""


def collections_now(settings: Settings) -> frozenset[str] | None:
    """The collections of the index in use; None where there is none, which has a line of its own."""
    from vectorstore import manifest

    generation = _generation(settings)
    try:
        return frozenset(manifest.read(generation).collections) if generation else None
    except (VectorStoreError, IngestError):
        return None


def _documents(settings: Settings) -> frozenset[str]:
    from vectorstore import catalogue
    from vectorstore.manifest import DOCUMENTS

    generation = _generation(settings)
    try:
        return (
            frozenset(cut.document.id for cut in catalogue.load(generation / DOCUMENTS)) if generation else frozenset()
        )
    except (VectorStoreError, OSError):
        return frozenset()


def _generation(settings: Settings) -> Path | None:
    from assistant.wiring import corpus_in_use
    from vectorstore.corpora import corpus_key
    from vectorstore.generations import IndexFolder

    try:
        return IndexFolder(settings.home, corpus_key(corpus_in_use(settings))).current()
    except (AssistantError, VectorStoreError, IngestError):
        return None
