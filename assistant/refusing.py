"""How a refusal is worded: that the documents do not answer, what is lacking, and a way on.

The way on is what comes nearest, or, where nothing is near, the documents that can be asked about. Neither is offered
as proof that something is not there.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.confidence import Verdict
from assistant.lacking import Lack
from assistant.writing import Label, Piece, one_line
from ingest.document import Metadata
from prompts.loader import Phrases

_NAMED = 5
"""Titles that a bare refusal gives at the most."""


def refusal(verdict: Verdict, lacks: Sequence[Lack], documents: Sequence[Metadata], said: Phrases) -> list[Piece]:
    """What stands before the nearest passages, or alone where ``verdict`` allows none.

    ``documents`` are those in scope, of which the organisation's own are named first.
    """
    text = " ".join([said.say("not_in_documents"), *_lacking(lacks, said)])
    if verdict is Verdict.NEAREST:
        return [Label(text=text), Label(text=f"{said.say('nearest')}\n\n", over="part")]
    return [Label(text=one_line(f"{text} {_can_be_asked(documents, said)}"))]


def invitation(documents: Sequence[Metadata], said: Phrases) -> Piece:
    """What is said to somebody who asked nothing: what they can ask about."""
    return Label(text=one_line(_can_be_asked(documents, said) or said.say("not_in_documents")))


def _can_be_asked(documents: Sequence[Metadata], said: Phrases) -> str:
    """The documents that can be asked about, "" where there are none."""
    ordered = sorted(documents, key=lambda metadata: metadata.authority == "third_party")
    titles = list(dict.fromkeys(metadata.title for metadata in ordered))
    shown = titles[:_NAMED] + ["…"] * (len(titles) > _NAMED)
    return said.say("ask_about", titles="; ".join(shown)) if titles else ""


def _lacking(lacks: Sequence[Lack], said: Phrases) -> list[str]:
    """One sentence for each kind of thing that is lacking."""
    sentences = []
    for kind in dict.fromkeys(lack.kind for lack in lacks):
        named = [lack.what for lack in lacks if lack.kind == kind and lack.what]
        variables = {"what": ", ".join(named)} if named else {}
        sentences.append(one_line(said.say(f"lacking_{kind}", **variables)))
    return sentences
