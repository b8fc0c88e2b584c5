"""The fixed pieces of the page in the reader's language, as one line of HTML each."""

from __future__ import annotations

from ui.chat.rendering import as_text
from ui.chat.texts import Texts

TITLE = "PICUM assistant"

SCRIPT_WORDS = ("conversation", "answered", "copied")
"""Texts that the script of the page says."""


def head_html(said: Texts, title: str = TITLE, *, logged_in: bool = False) -> str:
    """Title and tagline, and the way out for those who can log out; the script takes the language of the page and its
    own words from here.
    """
    leave = f' <a class="leave" href="logout?lang={said.language}">{as_text(said.say("log_out"))}</a>'
    words = "".join(f'<span class="word-{name}" hidden>{as_text(said.say(name))}</span>' for name in SCRIPT_WORDS)
    return (
        f'<div class="head" {said.attributes}><h1>{as_text(title)}</h1>'
        f'<p><span class="tagline">{as_text(said.say("tagline"))}</span>{leave if logged_in else ""}</p>{words}</div>'
    )


def notice_html(said: Texts, remote_host: str | None) -> str:
    """What everybody who asks must know, and the host that questions go to, if they go to one."""
    remote = f" <strong>{as_text(said.say('remote', host=remote_host))}</strong>" if remote_host else ""
    return f'<p class="notice" {said.attributes}>{as_text(said.say("notice"))}{remote}</p>'


def welcome_html(said: Texts) -> str:
    """What stands in an empty chat."""
    hello, promise = as_text(said.say("welcome")), as_text(said.say("promise"))
    return f'<div class="welcome" {said.attributes}><p class="hello">{hello}</p><p>{promise}</p></div>'


def note_html(name: str, said: Texts, most_characters: int) -> str:
    """The line above the question by the name of its text; "" for none. A question has at most so many characters."""
    if not name:
        return ""
    return f'<p class="line" {said.attributes}>{as_text(said.say(name, limit=f"{most_characters:,}"))}</p>'


def failure_html(sentence: str, said: Texts) -> str:
    """The same line for the sentence why there is no assistant, which is English."""
    failed = f"{as_text(said.say('not_opened'))} " if said.language != "en" else ""
    return f'<p class="line" {said.attributes}>{failed}<span lang="en" dir="ltr">{as_text(sentence)}</span></p>'
