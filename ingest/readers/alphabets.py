"""Which letters beyond ASCII the languages of Europe in Latin script are written with."""

from __future__ import annotations

from collections.abc import Mapping

ALPHABETS: Mapping[str, frozenset[str]] = {
    language: frozenset(letters + letters.upper())
    for language, letters in {
        "az": "əçğıöşüi̇", "ca": "àçéèíïóòúü·", "cs": "áčďéěíňóřšťúůýž", "cy": "âêîôûŵŷäëïöüáéíóúàèìòù", "da": "æøåé",
        "de": "äöüßé", "en": "éèïçœæ", "es": "áéíñóúü¡¿ºª", "et": "äöõüšž", "eu": "ñçü", "fi": "äöåšž",
        "fr": "àâæçéèêëîïôœùûüÿ", "ga": "áéíóú", "gl": "áéíñóúïü¡¿ºª", "hr": "čćđšž", "hu": "áéíóöőúüű", "is": "áéíóúýþæöð",
        "it": "àèéìíîòóùúºª", "ku": "çêîşû", "lb": "äëéöü", "lt": "ąčęėįšųūž", "lv": "āčēģīķļņšūž", "mt": "ċġħżàèìòù",
        "nl": "áéëïóöüèê", "no": "æøåéêòóô", "pl": "ąćęłńóśźż", "pt": "áâãàçéêíóôõúºª", "ro": "ăâîșțşţ",
        "sk": "áäčďéíĺľňóôŕšťúýž", "sl": "čšž", "sq": "ëç", "sv": "åäöé", "tr": "çğıöşüâîûi̇",
    }.items()
}  # fmt: skip

PUNCTUATION = frozenset("«»‹›“”„‟‘’‚–—…•·°§€£©®™×½¼¾²³\xa0\xad")
"""What every language may use."""


def fit(text: str, language: str) -> float | None:
    """The share of the characters beyond ASCII that ``language`` is written with, from 0 to 1; None where there are
    none, or its letters are not known.
    """
    beyond = [character for character in text if character > "\x7f"]
    if not beyond or language not in ALPHABETS:
        return None
    known = ALPHABETS[language] | PUNCTUATION
    return sum(character in known for character in beyond) / len(beyond)
