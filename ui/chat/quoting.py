"""A passage → plain text to paste elsewhere: its exact words in quotation marks, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ui.chat.texts import Texts
from ui.plain_text import plain_line
from ui.sources import Origin, details, speaker

_MARKS = {
    **dict.fromkeys(("fr",), ("«\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}»")),
    **dict.fromkeys(("es", "it", "el", "ar", "ru", "uk", "no", "nb", "nn", "fa", "ca", "pt"), ("«", "»")),
    **dict.fromkeys(("de", "cs", "sk", "sl", "bg", "lt", "et", "is"), ("„", "“")),
    **dict.fromkeys(("pl", "hu", "ro", "hr", "sr"), ("„", "”")),
    **dict.fromkeys(("sv", "fi"), ("”", "”")),
}
"""The quotation marks of a language by its ISO 639 code; those of all others are “ and ”."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a quotation says besides its words. ``standing`` are sentences to know of the document, ``address`` is that
    of the passage here, "" where it is good nowhere else, ``accessed`` a date.
    """

    title: str
    origin: Origin
    standing: Sequence[str]
    url: str
    address: str
    accessed: str


def in_quotation_marks(words: str, language: str) -> str:
    """The words as they are, in the quotation marks of their language."""
    before, behind = _MARKS.get(language, ("“", "”"))
    return f"{before}{plain_line(words)}{behind}"


def quotation_text(words: str, language: str, reference: Reference, texts: Texts) -> str:
    """The quotation, its reference, and the addresses, each on a line."""
    of = reference.origin
    who = speaker(of.publisher, of.authority, texts.words)
    where = details(of, texts.words)[bool(who) :]
    said = [who, plain_line(reference.title), *where, *reference.standing]
    lines = [
        in_quotation_marks(words, language),
        ", ".join(part for part in said if part) + ".",
        plain_line(reference.url),
        texts.say("passage_at", address=reference.address) if reference.address else "",
        texts.say("accessed", date=reference.accessed) if reference.accessed else "",
    ]
    return "\n".join(line for line in lines if line)
