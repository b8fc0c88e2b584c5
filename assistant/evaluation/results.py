"""What scoring finds out about one reply: checks that decide, scores that are averaged, findings that explain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from assistant.evaluation.cases import Case
from assistant.evaluation.reply import Reply

Support = Literal["supported", "partial", "unsupported", "not_assessable"]
Whereabouts = Literal["answer", "later", "retrieved", "not_retrieved", "unknown"]
"""Where a fact is: in the part of the answer that counts; only further down in it; not in the answer but in a passage
that was retrieved (writing lost it); not there either (retrieval missed it); or nobody knows, because the target does
not show its passages."""


class Score(NamedTuple):
    """``part`` of ``whole``, whole > 0. A verdict is 1 or 0 of 1; a quantity, in its unit, is of 1."""

    part: float
    whole: float = 1.0

    @property
    def share(self) -> float:
        """Part / whole."""
        return self.part / self.whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One expectation held against the reply. ``passed`` None says that it does not apply; ``reason`` is one sentence
    for whoever has to mend what failed.
    """

    id: str
    passed: bool | None
    expected: str
    found: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactFinding:
    """An expected fact. ``matched`` are the words of the reply that say it; ``closest`` the sentence of the reply, or
    of a passage, that comes nearest where it is missing, "" where none does.
    """

    name: str
    vital: bool
    weight: float
    whereabouts: Whereabouts
    matched: str = ""
    closest: str = ""

    @property
    def found(self) -> bool:
        """Whether it counts as said."""
        return self.whereabouts == "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFinding:
    """An expected source. ``marker`` is that of the first citation of it, None where none is; ``page_off`` is how many
    pages that is from the expected one, None where no page is expected or given; ``retrieved_rank`` counts from 1.
    """

    name: str
    vital: bool
    marker: int | None
    page_off: int | None
    retrieved_rank: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceFinding:
    """A declarative sentence of the reply: the markers behind it, those of them without a source, and whether the cited
    words say it (None without a cited quotation to compare with). ``missing`` says what they lack.
    """

    text: str
    markers: tuple[int, ...]
    dangling: tuple[int, ...]
    support: Support | None
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeFinding:
    """A verdict of the optional judge on what ``question`` asks, which is ``about`` an expected fact, the support of a
    sentence by its sources, or the answer held against a reference; never part of ``passed`` unless asked for.
    """

    question: str
    verdict: Literal["yes", "partial", "no", "inconclusive", "skipped"]
    reason: str = ""
    about: Literal["fact", "support", "reference"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One case with its reply and all that was found. ``id`` is that of the test: of a variant ``case[de]``, and of a
    repetition, counted from 1, ``case#2``.

    ``passed`` says whether no check failed. ``scores`` has every metric of ``catalogue``; None is "not applicable" and
    not a number.
    """

    id: str
    case: Case
    reply: Reply
    checks: tuple[Check, ...]
    scores: Mapping[str, Score | None]
    facts: tuple[FactFinding, ...] = ()
    sources: tuple[SourceFinding, ...] = ()
    sentences: tuple[SentenceFinding, ...] = ()
    judged: tuple[JudgeFinding, ...] = ()
    file: str = ""
    line: int = 0

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return not self.failed_checks

    @property
    def failed_checks(self) -> tuple[Check, ...]:
        """The checks that failed, in order."""
        return tuple(check for check in self.checks if check.passed is False)

    def to_json(self) -> dict[str, Any]:
        """The result as JSON types; ``case`` holds only what was given."""
        return {
            "id": self.id,
            "file": self.file,
            "line": self.line,
            "passed": self.passed,
            "case": self.case.model_dump(mode="json", exclude_defaults=True),
            "checks": [asdict(check) for check in self.checks],
            "scores": {name: score and list(score) for name, score in self.scores.items()},
            "facts": [asdict(finding) for finding in self.facts],
            "sources": [asdict(finding) for finding in self.sources],
            "sentences": [asdict(finding) for finding in self.sentences],
            "judged": [asdict(finding) for finding in self.judged],
            "reply": self.reply.to_json(),
        }
