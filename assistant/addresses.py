"""Where the organisation can be reached, in its documents' own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from assistant.evidence import Evidence
from ingest.cut import CutDocument
from ingest.document import BlockKind

_REACHED_AT = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}|(?:\+|\b00)\d[\d\s()/.-]{6,20}\d")
"""An e-mail address, or a telephone number that can be called from abroad."""


def address(documents: Iterable[CutDocument], superseded: Mapping[str, str]) -> Evidence | None:
    """The sentence that tells how to reach the organisation, from the newest of its own documents that has one; None
    where none has. ``superseded`` holds the ids of documents that others have replaced: they come last.
    """
    own = (cut for cut in documents if cut.document.metadata.authority == "own")
    ordered = sorted(own, key=lambda cut: cut.document.metadata.published or "", reverse=True)
    for cut in sorted(ordered, key=lambda cut: cut.document.id in superseded):
        if not _REACHED_AT.search(cut.document.text):  # so that most sentences need not be looked at
            continue
        for ordinal, sentence in enumerate(cut.sentences):
            if sentence.kind is not BlockKind.FOOTNOTE and _REACHED_AT.search(cut.wording(sentence)):
                return Evidence(cut=cut, first=ordinal, last=ordinal, score=0.0)
    return None
