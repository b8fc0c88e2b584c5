"""Why a case failed, in words: what was asked and said, what was expected, and where it was lost."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from assistant.evaluation.reply import CitedSource
from assistant.evaluation.report.shown_text import on_one_line, shortened, visible
from assistant.evaluation.results import CaseResult, Check, FactFinding, SentenceFinding, Whereabouts

_WIDTH = 100
_LONGEST_ANSWER = 2_000
_LONGEST_QUOTE = 300
_MOST_SENTENCES = 5

_LOST: dict[Whereabouts, str] = {
    "later": "it stands too far down in the answer",
    "retrieved": "writing lost it: a passage that was retrieved says it",
    "not_retrieved": "retrieval missed it: no passage that was retrieved says it",
    "unknown": "the assistant does not show its passages, so that retrieval or writing may have lost it",
}


def headline(result: CaseResult) -> str:
    """One line: which checks failed."""
    applicable = sum(check.passed is not None for check in result.checks)
    names = ", ".join(check.id for check in result.failed_checks)
    return f"{len(result.failed_checks)} of {applicable} checks failed: {names}"


def failure_text(results: Sequence[CaseResult], needed: int) -> str:
    """The explanation of a case whose replies did not pass often enough, by the first that failed."""
    failed = next(result for result in results if not result.passed)
    lines = [headline(failed)]
    if len(results) > 1:
        passed = sum(result.passed for result in results)
        lines = [f"passed {passed} of {len(results)} times, and {needed} are needed; {failed.id}: {lines[0]}"]
    return "\n".join([*lines, *_explained(failed)])


def _explained(result: CaseResult) -> Iterator[str]:
    yield from _block("Question", visible(result.case.question))
    said = shortened(visible(result.reply.answer.strip()), _LONGEST_ANSWER) or "(nothing)"
    yield from _block("Answer" + (f" ({result.reply.status})" if result.reply.status else ""), said)
    yield ""
    yield from _table(result.checks)
    yield from _part("Missing", [_fact(fact) for fact in result.facts if not fact.found])
    doubtful = [sentence for sentence in result.sentences if _is_doubtful(sentence)]
    yield from _part(
        "Citations that do not hold",
        [_sentence(sentence, result.reply.citations) for sentence in doubtful[:_MOST_SENTENCES]],
    )
    if len(doubtful) > _MOST_SENTENCES:
        yield f"  … and {len(doubtful) - _MOST_SENTENCES} more sentences"
    reasons = [[check.reason] for check in result.failed_checks if check.reason and check.id != "facts"]
    yield from _part("Where to look", reasons)
    if result.case.note:
        yield from _block("Note", visible(result.case.note))


def _block(title: str, text: str) -> Iterator[str]:
    yield ""
    yield f"{title}:"
    for line in text.split("\n"):
        yield from textwrap.wrap(line, _WIDTH, initial_indent="  ", subsequent_indent="  ") or [""]


def _part(title: str, entries: Sequence[Sequence[str]]) -> Iterator[str]:
    """Entries of a first line and further ones, which are set in."""
    if not entries:
        return
    yield ""
    yield f"{title}:"
    for first, *rest in entries:
        yield from textwrap.wrap(on_one_line(first), _WIDTH, initial_indent="  - ", subsequent_indent="    ")
        for line in rest:
            yield from textwrap.wrap(on_one_line(line), _WIDTH, initial_indent="      ", subsequent_indent="      ")


def _table(checks: Sequence[Check]) -> Iterator[str]:
    """Every check that applies; the verdict comes first, so that it lines up whatever the others hold."""
    rows = [("", "check", "expected", "found")]
    rows += [
        ("ok" if check.passed else "FAILED", check.id, on_one_line(check.expected), on_one_line(check.found))
        for check in checks
        if check.passed is not None
    ]
    narrow = max(len(row[1]) for row in rows)
    room = (_WIDTH - 14 - narrow) // 2
    for verdict, name, expected, found in rows:
        cells = [textwrap.wrap(expected, room) or [""], textwrap.wrap(found, room) or [""]]
        for number in range(max(map(len, cells))):
            left, right = (cell[number] if number < len(cell) else "" for cell in cells)
            head = (verdict, name) if number == 0 else ("", "")
            yield f"  {head[0]:6}  {head[1]:{narrow}}  {left:{room}}  {right}".rstrip()


def _fact(fact: FactFinding) -> list[str]:
    weight = "" if fact.vital else " (not vital)"
    lines = [f'"{fact.name}"{weight}: {_LOST[fact.whereabouts]}.']
    return [*lines, f'closest: "{shortened(fact.closest, _LONGEST_QUOTE)}"'] if fact.closest else lines


def _is_doubtful(sentence: SentenceFinding) -> bool:
    return bool(sentence.dangling) or (bool(sentence.markers) and sentence.support in ("partial", "unsupported"))


def _sentence(sentence: SentenceFinding, citations: Sequence[CitedSource]) -> list[str]:
    lines = [f'"{shortened(sentence.text, _LONGEST_QUOTE)}"']
    lines += [f"[{marker}] is no source of this answer." for marker in sentence.dangling]
    if sentence.support in ("partial", "unsupported"):
        lines.append(f"Its sources lack: {sentence.missing}." if sentence.missing else "Its sources do not say it.")
        cited = [source for source in citations if source.marker in sentence.markers and source.quote]
        lines += [
            f'[{source.marker}] {_place(source)} says: "{shortened(source.quote, _LONGEST_QUOTE)}"' for source in cited
        ]
    return lines


def _place(source: CitedSource) -> str:
    page = f", page {source.page}" if source.page is not None else ""
    return f"{source.title or source.document or 'an unnamed source'}{page}"
