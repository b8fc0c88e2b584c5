"""What happens with a question, as it is on this server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from assistant.language_models import kind_of_model, why_nothing_is_written
from assistant.settings import Settings
from ui.access.caller import Caller
from ui.chat.sheet import PRIVACY, sheet, shown
from ui.chat.texts import Texts
from ui.conversations import IDLE_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangements:
    """What of the settings concerns those who ask. ``writes`` is whether a language model does, ``remote_host`` where
    it is if not on this machine, ``questions_per_minute`` and ``burst`` how often somebody may ask, or None where that
    is not counted, ``exit_host`` the site to which somebody is led who leaves quickly, "" for none.
    """

    remote_host: str | None
    writes: bool
    feedback: bool
    login: str
    questions_per_minute: float | None
    burst: int
    exit_host: str

    @classmethod
    def of(cls, settings: Settings, remote_host: str | None) -> Arrangements:
        """Those of a server with these settings."""
        writes = kind_of_model(settings) != "none" and not why_nothing_is_written(settings)
        return cls(
            remote_host=remote_host,
            writes=writes,
            feedback=settings.feedback,
            login=settings.login.kind,
            questions_per_minute=settings.limits.questions_per_minute,
            burst=settings.limits.burst,
            exit_host=urlsplit(settings.quick_exit_url).netloc,
        )

    def seen_by(self, caller: Caller) -> Arrangements:
        """The same with the limits that are for this caller."""
        if not caller.counted:
            return replace(self, questions_per_minute=None)
        if caller.per_minute is None:
            return self
        return replace(self, questions_per_minute=caller.per_minute, burst=max(self.burst, int(caller.per_minute)))


def privacy_page(arranged: Arrangements, texts: Texts, root: str) -> str:
    """The page."""
    parts = "".join(
        f"<h2>{shown(texts.say(title))}</h2>{''.join(f'<p>{shown(line)}</p>' for line in lines)}"
        for title, lines in _parts(arranged, texts)
    )
    title = texts.say("about_question")
    body = f"<header><h1>{shown(title)}</h1></header><article>{parts}</article>"
    return sheet(title, body, texts, root, here=PRIVACY)


def _parts(arranged: Arrangements, texts: Texts) -> Iterator[tuple[str, list[str]]]:
    say = texts.say
    if arranged.remote_host:
        made = say("made_elsewhere", host=arranged.remote_host)
    else:
        made = say("made_here" if arranged.writes else "made_by_quoting")
    yield "made_title", [made]
    cookies = {"none": "cookies_none", "header": "cookies_proxy"}.get(arranged.login, "cookies_login")
    counted = say("not_counted")
    if arranged.questions_per_minute is not None:
        counted = say("counted_how", number=f"{arranged.questions_per_minute:g}", burst=arranged.burst)
    yield (
        "stored_title",
        [
            say("kept_how", minutes=IDLE_SECONDS // 60),
            say("kept_feedback" if arranged.feedback else "kept_no_feedback"),
            counted,
            say(cookies),
        ],
    )
    yield "wrong_title", [say("wrong_how")]
    yield "browser_title", [say("browser_how")]
    button = say("quick_exit")
    leaving = (
        say("exit_elsewhere", button=button, host=arranged.exit_host)
        if arranged.exit_host
        else say("exit_blank", button=button)
    )
    yield "exit_title", [leaving, say("exit_limits")]
