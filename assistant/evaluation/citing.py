"""Whether sentences have sources, and whether the sources say what the sentences say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.evaluation import support
from assistant.evaluation.reply import CitedSource, Reply
from assistant.evaluation.results import Score, SentenceFinding
from assistant.evaluation.sentences import Sentence

WEIGHTS = {"supported": 1.0, "partial": 0.5, "unsupported": 0.0}
"""Source: the support evaluation of the TREC 2024 RAG track (full 1, partial 0.5, none 0)."""


def findings(reply: Reply, sentences: Sequence[Sentence], language: str) -> tuple[SentenceFinding, ...]:
    """What became of each statement of a reply, in order."""
    return tuple(_finding(reply, sentence, language) for sentence in sentences if sentence.kind == "statement")


def _finding(reply: Reply, sentence: Sentence, language: str) -> SentenceFinding:
    listed = {citation.marker for citation in reply.citations}
    cited = _cited(reply, sentence.markers)
    judged = _judged(sentence.text, cited, language)
    return SentenceFinding(
        text=sentence.text,
        markers=sentence.markers,
        dangling=tuple(marker for marker in sentence.markers if marker not in listed),
        support=judged.support if judged else None,
        missing=judged.missing if judged else "",
    )


def _cited(reply: Reply, markers: Iterable[int]) -> list[CitedSource]:
    wanted = set(markers)
    return [citation for citation in reply.citations if citation.marker in wanted]


def _judged(text: str, cited: Sequence[CitedSource], language: str) -> support.Judgement | None:
    quotes = [citation.quote for citation in cited if citation.quote.strip()]
    if not quotes:
        return None
    named = dict.fromkeys(f"{c.title}. {c.publisher}. {c.published or ''}" for c in cited)
    return support.judge(text, quotes, language, context=" ".join(named))


def citation_coverage(found: Sequence[SentenceFinding]) -> Score | None:
    """Statements with at least one marker that has a source / statements; None without a statement. Unit: share.

    Headings, labels, questions and refusals are no statements.
    """
    return Score(sum(map(_has_source, found)), len(found)) if found else None


def _has_source(finding: SentenceFinding) -> bool:
    return len(finding.dangling) < len(finding.markers)


def support_recall(found: Sequence[SentenceFinding]) -> Score | None:
    """Sum of the weights of the statements by their support (``WEIGHTS``), 0 for one without a source / statements that
    are not beyond comparison; None where none is left. Unit: share.

    Beyond comparison are statements in another language than the cited words, and those whose sources give no words.
    """
    weights = [WEIGHTS.get(f.support or "") if _has_source(f) else 0.0 for f in found]
    known = [weight for weight in weights if weight is not None]
    return Score(sum(known), len(known)) if known else None


def not_assessable(found: Sequence[SentenceFinding]) -> Score | None:
    """Statements with a source that are beyond comparison with it / statements with a source; None without any. Unit:
    share.
    """
    sourced = [f for f in found if _has_source(f)]
    return Score(sum((f.support or "") not in WEIGHTS for f in sourced), len(sourced)) if sourced else None


def support_precision(reply: Reply, found: Sequence[SentenceFinding], language: str) -> Score | None:
    """Sum of the weights of the citations by the support that each alone gives its statement / citations of statements
    that can be compared, markers without a source included; None where none is left. Unit: share.

    A citation is a pair of a statement and a marker. One that names a source without its words is left out, and so is
    one in another language. A marker without a source counts 0.
    """
    part, whole = 0.0, 0
    for finding in found:
        whole += len(finding.dangling)
        for marker in finding.markers:
            if len(finding.markers) == 1:
                alone = finding.support
            else:
                judged = _judged(finding.text, _cited(reply, [marker]), language)
                alone = judged.support if judged else None
            if alone in WEIGHTS:
                part, whole = part + WEIGHTS[alone], whole + 1
    return Score(part, whole) if whole else None
