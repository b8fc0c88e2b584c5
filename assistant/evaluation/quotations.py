"""The quotations of a reply, and whether a cited source has them word for word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.evaluation.markup import visible
from assistant.evaluation.normalise import pieces
from assistant.evaluation.reply import Reply
from assistant.evaluation.results import Score
from assistant.evaluation.sources import same_document

SHORTEST = 3
"""Words of a quotation; what is shorter is a term, or irony."""

# Pairs of quotation marks: English, German, French, Danish, Chinese and Japanese, plain, Swedish. Apostrophes are none,
# so single marks are left out.
_QUOTED = re.compile(
    r"(?=[“„«»「『\"”])(?:“([^“”„]+)”|„([^“”„]+)[“”]|«([^«»]+)»|»([^«»]+)«|「([^「」]+)」|『([^『』]+)』|(?<!\w)\"([^\"\n]+)\"(?!\w)|”([^“”„]+)”)"
)
_OMISSION = re.compile(r"\[?(?:…|\.\.\.)\]?|\[[^\]\d][^\]]*\]")


def quotations(answer: str) -> Iterator[str]:
    """Each quotation of at least ``SHORTEST`` words, in order."""
    for match in _QUOTED.finditer(visible(answer)):
        words = next(group for group in match.groups() if group is not None)
        if len(pieces(words)) >= SHORTEST:
            yield words


def unfaithful(reply: Reply) -> tuple[str, ...]:
    """The quotations that no cited source has: neither its quoted words, nor a passage of the same document that was
    retrieved, nor its title; the words of the question may be repeated, too.

    Letters, accents, punctuation at the ends and white space do not count. Omissions, marked by three dots or brackets,
    divide a quotation into parts that must follow one another.
    """
    texts = [reply.question]
    for citation in reply.citations:
        texts += [citation.quote, citation.title, citation.section]
    for passage in reply.passages or ():
        if any(same_document(citation.document, passage.document) for citation in reply.citations):
            texts.append(passage.text)
    rows = [f" {' '.join(pieces(text))} " for text in texts]
    return tuple(words for words in quotations(reply.answer) if not any(_holds(row, words) for row in rows))


def _holds(row: str, words: str) -> bool:
    at = 0
    for part in _OMISSION.split(words):
        wanted = " ".join(pieces(part))
        if not wanted:
            continue
        found = row.find(f" {wanted} ", at)
        if found < 0:
            return False
        at = found + len(wanted) + 1
    return True


def quote_fidelity(reply: Reply) -> Score | None:
    """Quotations that stand in a cited source / quotations of at least three words; None where there is none. Unit:
    share. Only paired quotation marks count; an apostrophe opens no quotation.
    """
    whole = sum(1 for _ in quotations(reply.answer))
    return Score(whole - len(unfaithful(reply)), whole) if whole else None
