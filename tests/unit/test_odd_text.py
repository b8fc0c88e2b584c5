"""Text in a doubtful encoding, garbled or with lost characters is read as it is, and a note says what is odd."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.readers.oddities import oddities
from ingest.readers.registry import read_bytes
from ingest.readers.testing import PdfText, make_pdf

TEXTS = {
    "fr": "L’égalité des personnes migrantes sans papiers : santé, éducation, « Dès l’été », À bientôt, ÉTÉ\xa0!",
    "de": "Die Rechte von Menschen ohne gültige Papiere müssen für alle Behörden gelten – „auch für Ämter“.",
    "pl": "Każdy ma prawo do godności i ochrony zdrowia, zażółć gęślą jaźń.",
    "pt": "NÃO À EXCLUSÃO: as crianças têm direitos, «NAÇÃO» e “COMUNICAÇÔES” são lá.",
    "tr": "Göçmenlerin hakları insan haklarıdır; sağlık ve barınma hakkı herkes için geçerlidir.",
    "el": "Τα δικαιώματα των μεταναστών χωρίς έγγραφα είναι ανθρώπινα δικαιώματα.",
    "ru": "Права мигрантов без документов являются правами человека. «Ёлка», Рёбра.",
    "uk": "Різні Рідні Річки, Рік за роком: «Сім’я» — їхні права. Світ Сіль Рівність Рішення.",
    "ar": "حقوق المهاجرين بدون أوراق هي حقوق الإنسان مثل الصحة والسكن.",
    "he": "זכויות המהגרים ללא מסמכים הן זכויות אדם.",
    "da": "»Å« »Ø« ÆØÅ: børn på gården får hjælp, sagde hun – »SMÅ«.",
    "ro": "Drepturile migranților: sănătate, educație, ÎNVĂȚĂMÂNT „și” locuință.",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_good_text_has_no_notes(text: str) -> None:
    result = read_bytes("\n".join([text] * 20).encode(), Path("a.txt"))
    assert (result.text, result.notes) == ("\n".join([text] * 20), ())


WESTERN = [("latin-1", language) for language in ("fr", "de", "pt")]
ANY = [(encoding, language) for encoding in ("cp1252", "cp1250", "cp1251") for language in TEXTS if language != "da"]


@pytest.mark.parametrize(("encoding", "language"), [*WESTERN, *ANY])
def test_garbled_text_is_read_as_it_is_with_a_note(encoding: str, language: str) -> None:
    garbled = "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in TEXTS[language].encode())
    # Control characters, which some encodings keep, are never read.
    garbled = "".join(character for character in garbled if not "\x7f" <= character <= "\x9f" and character != "\xad")
    result = read_bytes(garbled.encode(), Path("a.txt"))
    assert result.text == garbled
    (note,) = result.notes
    assert note.startswith("a.txt has letters that were garbled before it was saved (such as ")


def test_a_document_that_shows_a_garbled_letter_is_no_garbled_document() -> None:
    assert oddities(f"{TEXTS['fr']} On lit « Ã© » au lieu de « é », et â€™.", Path("a.txt")) == ()


def test_every_format_is_looked_at() -> None:
    garbled = "cafÃ© dÃ©jÃ\xa0 Ã©tÃ©"
    for data, name in (
        (f"<p>{garbled}</p>".encode(), "a.html"),
        (make_pdf([[PdfText(garbled.replace("\xa0", ""), 700)]]), "a.pdf"),
    ):
        (note,) = read_bytes(data, Path(name)).notes
        assert 'such as "Ã©"' in note


def test_lost_characters_are_counted() -> None:
    assert read_bytes(("a" * 199 + "\ufffd").encode(), Path("a.txt")).notes == ()
    (note,) = read_bytes(("a" * 198 + "\ufffd").encode(), Path("a.txt")).notes
    assert note == "a.txt has lost 1 of its characters before it was saved (\ufffd); put the original in its place."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Les droits, la santé, l'éducation et l'égalité.", "cp850"),
        ("Të gjithë njerëzit lindin të lirë dhe të barabartë në dinjitet dhe në të drejta.", "mac_roman"),
        ("Vsi ljudje se rodijo svobodni. Življenje je čudež.", "mac_latin2"),
    ],
)
def test_an_encoding_that_could_be_another_is_a_note(text: str, encoding: str) -> None:
    (note,) = read_bytes("\n".join([text] * 4).encode(encoding), Path("a.md")).notes
    assert note.startswith("a.md does not say its encoding, and ")
    assert note.endswith(" is a guess; see whether its letters are right, else save it as UTF-8.")


def test_an_encoding_that_is_declared_or_beyond_doubt_is_none() -> None:
    page = f"<meta charset=windows-1252><p>{TEXTS['de']}</p>".encode("cp1252")
    assert read_bytes(page, Path("a.html")).notes == ()
    assert read_bytes(("\n".join([TEXTS["ar"]] * 4)).encode("cp1256"), Path("a.txt")).notes == ()
