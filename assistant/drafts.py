"""What a language model wrote → its sentences, whether or not it kept to the JSON that was asked for."""

from __future__ import annotations

import json
import re

from assistant.markers import DraftReader

_LONGEST = 1_000
_ITEM = re.compile(r'\{\s*"n"\s*:\s*\[([\d,\s]*)\]\s*,\s*"s"\s*:\s*("(?:[^"\\]|\\.)*")\s*\}')


class Draft:
    """Reads drafts as they stream in: JSON items, or prose with markers from a server that does not keep a schema."""

    def __init__(self, evidence: int, language: str) -> None:
        self._evidence, self._language = evidence, language
        self._raw = ""
        self._read = 0

    def feed(self, delta: str) -> list[tuple[str, tuple[int, ...]]]:
        """The sentences of the items that this piece of text completes, each with its markers."""
        self._raw += delta
        if not self._is_json():
            return []
        found = []
        for match in _ITEM.finditer(self._raw, self._read):
            self._read = match.end()
            numbers = tuple(map(int, re.findall(r"\d+", match.group(1))))
            # An item may hold several sentences, and markers inside them, which are no part of their words.
            sentences = self._sentences(json.loads(match.group(2), strict=False))
            found += [(said, (*numbers, *markers)) for said, markers in sentences]
        return found

    def finish(self) -> list[tuple[str, tuple[int, ...]]]:
        """What is left when the stream has ended: of prose, everything."""
        return [] if self._is_json() else self._sentences(self._raw)

    def _sentences(self, prose: str) -> list[tuple[str, tuple[int, ...]]]:
        reader = DraftReader(evidence=self._evidence, language=self._language)
        return [(sentence.text, sentence.markers) for sentence in [*reader.feed(prose), *reader.finish()]]

    def _is_json(self) -> bool:
        return self._raw.lstrip()[:1] in ("{", "[", "")


def text_of(written: str) -> str:
    """The one text of an object such as ``{"question": "…"}``, or a bare line; "" for anything else."""
    try:
        read = json.loads(written)
    except ValueError:
        read = "" if written.lstrip().startswith("{") else written
    found = next(iter(read.values()), "") if isinstance(read, dict) else read
    text = found.strip().strip('"') if isinstance(found, str) else ""
    return text if len(text) <= _LONGEST and "\n" not in text else ""
