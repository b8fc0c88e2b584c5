"""The fixed pieces of the page in the reader's language, as one line of HTML each."""

from __future__ import annotations

from ui.chat.rendering import as_text
from ui.chat.sheet import LIBRARY, PRIVACY
from ui.chat.texts import Texts, direction, languages

TITLE = "PICUM assistant"

_OF_THE_CONNECTION = (
    *("lost", "back_again", "forgotten", "broke_off", "kept", "mistake", "busy", "shut"),
    *("renewed", "load_again", "loaded_again", "send"),
)
SCRIPT_WORDS = ("conversation", "answered", "copied", "language", *_OF_THE_CONNECTION)
"""Texts that the script of the page says."""
_SELECTED = " selected"


def head_html(said: Texts, title: str = TITLE, *, logged_in: bool = False) -> str:
    """Title and tagline, the way to the library and the two ways out: for those who can log out, and for those who
    must leave quickly. The script takes the language of the page and its own words from here.
    """
    leave = f' <a class="leave" href="logout?lang={said.language}">{as_text(said.say("log_out"))}</a>'
    words = "".join(f'<span class="word-{name}" hidden>{as_text(said.say(name))}</span>' for name in SCRIPT_WORDS)
    return (
        f'<div class="head" {said.attributes}><h1>{as_text(title)}</h1>{quick_exit_html(said)}'
        f'<p><span class="tagline">{as_text(said.say("tagline"))}</span>{leave if logged_in else ""}</p>'
        f'<p class="ways">{_way(LIBRARY, "library", said)}</p>{words}</div>'
    )


def quick_exit_html(said: Texts) -> str:
    """The button that leaves this page at once."""
    how = as_text(said.say("quick_exit_how"))
    return f'<button class="quick-exit" title="{how}">{as_text(said.say("quick_exit"))}</button>'


def languages_html(said: Texts) -> str:
    """The menu of languages, each with its own name. It is the same in all of them but for its label, which the script
    keeps in the language of the page.
    """
    options = "".join(
        f'<option value="{code}" lang="{code}" dir="{direction(code)}"{_SELECTED if code == said.language else ""}>'
        f"{as_text(name)}</option>"
        for code, name in languages().items()
    )
    label = f'<label for="language-menu">{as_text(said.say("language"))}</label>'
    return (
        f'<div class="languages">{label}<span class="drop"><select id="language-menu">{options}</select></span></div>'
    )


def _way(path: str, name: str, said: Texts) -> str:
    return f'<a href="{path}?lang={said.language}">{as_text(said.say(name))}</a>'


def notice_html(said: Texts, remote_host: str | None) -> str:
    """What everybody who asks must know, and the host that questions go to, if they go to one."""
    remote = f" <strong>{as_text(said.say('remote', host=remote_host))}</strong>" if remote_host else ""
    # In a frame the head has no room for these.
    besides = f'<span class="in-frame">{_way(LIBRARY, "library", said)} {quick_exit_html(said)}</span>'
    way = _way(PRIVACY, "about_question", said)
    return f'<p class="notice" {said.attributes}>{as_text(said.say("notice"))}{remote} {way} {besides}</p>'


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
