"""What the library says of a document beside its title, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from ingest.document import Span
from ui.chat.sheet import shown
from ui.chat.texts import Texts
from ui.plain_text import plain_line
from ui.sources import document_path
from ui.standing import is_over

if TYPE_CHECKING:
    from assistant.library import DocumentSummary

_OWN_NAMES: Mapping[str, str] = {
    "am": "አማርኛ",
    "bg": "Български",
    "bn": "বাংলা",
    "cs": "Čeština",
    "da": "Dansk",
    "et": "Eesti",
    "fa": "فارسی",
    "fi": "Suomi",
    "hi": "हिन्दी",
    "hr": "Hrvatski",
    "hu": "Magyar",
    "lt": "Lietuvių",
    "lv": "Latviešu",
    "mt": "Malti",
    "no": "Norsk",
    "ps": "پښتو",
    "ro": "Română",
    "ru": "Русский",
    "sk": "Slovenčina",
    "sl": "Slovenščina",
    "so": "Soomaali",
    "sq": "Shqip",
    "sr": "Српски",
    "sv": "Svenska",
    "sw": "Kiswahili",
    "ti": "ትግርኛ",
    "tr": "Türkçe",
    "uk": "Українська",
    "ur": "اردو",
    "zh": "中文",
}
"""Languages that the page itself does not speak, by their own names."""


def language_name(code: str, texts: Texts) -> str:
    """The name of a language in the reader's words, else in its own, else its code."""
    return texts.words.get(f"language_{code}") or _OWN_NAMES.get(code, code)


def document_address(id: str, texts: Texts, root: str) -> str:
    """The page of a document with nothing marked, as HTML."""
    return shown(f"{root}{document_path(id)}?lang={texts.language}")


def title_link(
    id: str, title: str, address: str, language: str = "", marks: Sequence[Span] = (), more: str = ""
) -> str:
    """A link with the title of a document, or its id where it has none, with words marked in it."""
    name = marked(plain_line(title), marks) or shown(id)
    spoken = f' lang="{shown(language)}"' if language else ""
    return f'<a href="{address}"{spoken} dir="auto"{more}>{name}</a>'


def marked(text: str, marks: Sequence[Span]) -> str:
    """A text as HTML with some of its words marked."""
    html, at = "", 0
    for mark in marks:
        html += f"{shown(text[at : mark.start])}<mark>{shown(text[mark.start : mark.end])}</mark>"
        at = mark.end
    return html + shown(text[at:])


def speaker_html(publisher: str, authority: str, texts: Texts) -> str:
    """Who says it, with a label where that is a third party; "" where there is nothing to say."""
    name = plain_line(publisher)
    parts = [f"<bdi>{shown(name)}</bdi>"] if name else []
    if authority == "third_party":
        parts.append(f'<span class="badge">{shown(texts.say("third_party"))}</span>')
    elif authority == "unstated" and not name:
        parts.append(shown(texts.say("unstated")))
    return " ".join(parts)


def date_html(published: str | None, texts: Texts) -> str:
    """The date of a document."""
    return f"<bdi>{shown(published or texts.say('undated'))}</bdi>"


def facts_html(document: DocumentSummary, texts: Texts) -> str:
    """Publisher, date, kind, language and pages on one line."""
    language = language_name(document.language, texts)
    parts = [
        speaker_html(document.publisher, document.authority, texts),
        date_html(document.published, texts),
        f'<bdi dir="auto">{shown(plain_line(document.kind))}</bdi>' if document.kind else "",
        f"<bdi>{shown(language)}</bdi>",
        shown(texts.say("page_count", count=document.pages)) if document.pages else "",
    ]
    return f'<p class="meta">{" · ".join(part for part in parts if part)}</p>'


def validity_html(document: DocumentSummary, titles: Mapping[str, str], today: date, texts: Texts, root: str) -> str:
    """From when and until when it counts, and what it replaces or is replaced by; ``titles`` are those of all documents
    that the reader may see, by id.
    """
    terms = []
    if document.valid_from:
        terms.append(shown(texts.say("valid_from", date=document.valid_from)))
    if document.valid_until:
        name = "was_valid_until" if is_over(document.valid_until, today) else "still_valid"
        terms.append(shown(texts.say(name, date=document.valid_until)))
    lines = [" · ".join(terms)] if terms else []
    for name, other in (("replaced_by", document.superseded_by), ("replaces", document.supersedes)):
        if other in titles and other is not None:
            link = title_link(other, titles[other], document_address(other, texts, root))
            lines.append(f"{shown(texts.say(name))} {link}")
    return "".join(f'<p class="validity">{line}</p>' for line in lines)


def notes_html(document: DocumentSummary, texts: Texts) -> str:
    """What of the file could not be read; the sentences are English."""
    if not document.notes:
        return ""
    said = "".join(f'<li lang="en" dir="ltr">{shown(plain_line(note))}</li>' for note in document.notes)
    return f'<details class="unread"><summary>{shown(texts.say("partly_read"))}</summary><ul>{said}</ul></details>'
