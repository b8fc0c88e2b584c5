"""A sheet: any page that a reader sees besides the one with the chat. It is plain HTML and needs no script."""

from __future__ import annotations

from html import escape

from ui.chat.texts import Texts
from ui.plain_text import plain


def sheet(title: str, body: str, texts: Texts, root: str) -> str:
    """The page around ``body``, which is HTML. ``root`` is the path of the application, with a slash at the end."""
    home = f'<p class="home"><a href="{shown(root)}?lang={texts.language}">{shown(texts.say("ask_here"))}</a></p>'
    return (
        f'<!doctype html><html lang="{texts.language}" dir="{texts.direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{shown(title)}</title>'
        f'<link rel="stylesheet" href="{shown(root)}sheet.css"></head>'
        f'<body><nav class="top">{home}</nav><main>{body}</main></body></html>'
    )


def sentence_sheet(sentence: str, texts: Texts, root: str) -> str:
    """A page that says one sentence."""
    return sheet(sentence, f"<header><h1>{shown(sentence)}</h1></header>", texts, root)


def shown(text: str) -> str:
    """``text`` as HTML that shows its characters, lines kept."""
    return escape(plain(text))
