"""A sheet: any page that a reader sees besides the one with the chat. It is plain HTML and works without its script."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

from ui.chat.texts import Texts, languages
from ui.plain_text import plain

QUICK_EXIT = "exit"
"""The address below that of the application that leads away from it."""
LIBRARY, PRIVACY = "library", "privacy"
"""Those of the two pages that every other leads to."""
_PAGE, _CHOSEN = ' aria-current="page"', ' aria-current="true"'


def sheet(title: str, body: str, texts: Texts, root: str, *, query: Mapping[str, str] = {}, here: str = "") -> str:
    """The page around ``body``, which is HTML. ``root`` is the path of the application, with a slash at the end.

    ``query`` is what stands in the address besides the language, and is kept when that changes; ``here`` is LIBRARY or
    PRIVACY where this is that page.
    """
    return (
        f'<!doctype html><html lang="{texts.language}" dir="{texts.direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        # Without an icon browsers would ask for one. Without a referrer old ones would not say where a form comes from.
        '<meta name="referrer" content="same-origin"><link rel="icon" href="data:,">'
        f'<meta name="color-scheme" content="light dark"><title>{shown(title)}</title>'
        f'<link rel="stylesheet" href="{shown(root)}sheet.css"><script src="{shown(root)}sheet.js" defer></script>'
        f"</head><body>{_exit(texts, root)}{_ways(texts, root, query, here)}<main>{body}</main></body></html>"
    )


def sentence_sheet(sentence: str, texts: Texts, root: str) -> str:
    """A page that says one sentence."""
    return sheet(sentence, f"<header><h1>{shown(sentence)}</h1></header>", texts, root)


def shown(text: str) -> str:
    """``text`` as HTML that shows its characters, lines kept."""
    return escape(plain(text))


def _exit(texts: Texts, root: str) -> str:
    how, name = shown(texts.say("quick_exit_how")), shown(texts.say("quick_exit"))
    link = f'<a class="quick-exit" href="{shown(root)}{QUICK_EXIT}" title="{how}">{name}</a>'
    return f'<div class="way-out" role="region" aria-label="{name}">{link}</div>'


def _ways(texts: Texts, root: str, query: Mapping[str, str], here: str) -> str:
    """Where else to go, and the languages of this page."""
    pages = (("", "ask_here"), (LIBRARY, "library"), (PRIVACY, "about_question"))
    ways = "".join(
        f'<a href="{shown(root)}{path}?lang={texts.language}"{_PAGE if path and path == here else ""}>'
        f"{shown(texts.say(name))}</a>"
        for path, name in pages
    )
    others = "".join(
        f'<li><a href="?{shown(urlencode({**query, "lang": code}))}" lang="{code}" hreflang="{code}"'
        f"{_CHOSEN if code == texts.language else ''}>{shown(name)}</a></li>"
        for code, name in languages().items()
    )
    label, name = shown(texts.say("language")), shown(texts.say("name"))
    return (
        f'<nav class="top">{ways}<details class="languages"><summary><span class="unseen">{label}: </span>{name}'
        f"</summary><ul>{others}</ul></details></nav>"
    )
