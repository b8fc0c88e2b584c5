"""What a judge is asked: the three questions, the text that each is about, and the one word that answers it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from prompts.texts import fingerprint_of, render

About = Literal["fact", "support", "reference"]
"""Whether an expected fact is said; whether cited sources say a sentence; whether an answer agrees with a reference."""
Verdict = Literal["yes", "partial", "no"]

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
VALUES: Mapping[Verdict, float] = {"yes": 1.0, "partial": 0.5, "no": 0.0}
"""What a verdict counts in a mean."""

MAX_TOKENS = 1000
"""A verdict takes ten; the rest is for models that think aloud first."""

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"verdict": {"type": "string", "enum": list(VERDICTS)}},
    "required": ["verdict"],
    "additionalProperties": False,
}
"""What a server that can constrain its output holds the judge to."""

_MARKER = re.compile(r"\s*\[\d+\]")
_BRACKETS = str.maketrans("[]", "()")
_STATED = re.compile(r'\{\s*"verdict"\s*:\s*"([^"{}]*)"\s*\}')
_ALONE = re.compile(r"\W*(\w+)\W*")


class SourceText(NamedTuple):
    """Words of a source; ``origin`` says whose and from when they are, as far as known."""

    words: str
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeQuestion:
    """One question. ``asked`` is how reports name it; ``material`` is what the judge is shown, a line for each text."""

    about: About
    asked: str
    material: tuple[str, ...]

    def system(self) -> str:
        """The fixed part of the prompt."""
        return render(f"judge_{self.about}")

    def user(self) -> str:
        """The part of the prompt that holds what is judged."""
        return render("judge_material", material="\n".join(self.material))

    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that change with the words of the prompt, and not with what is judged."""
        return prompt_fingerprint(self.about)


def fact_question(fact: str, question: str, answer: str) -> JudgeQuestion:
    """Whether ``answer`` says ``fact``."""
    return JudgeQuestion(
        about="fact",
        asked=f"Does the answer say: {_on_one_line(fact)}",
        material=(_block("question", question), _block("answer", _unmarked(answer)), _block("fact", fact)),
    )


def support_question(statement: str, sources: Sequence[SourceText]) -> JudgeQuestion:
    """Whether ``sources`` say ``statement``."""
    shown = [
        _block(f"source {number}", f"{source.origin}: {source.words}" if source.origin else source.words)
        for number, source in enumerate(sources, start=1)
    ]
    unmarked = _unmarked(statement)
    return JudgeQuestion(
        about="support",
        asked=f"Do the cited sources say: {_on_one_line(unmarked)}",
        material=(*shown, _block("statement", unmarked)),
    )


def reference_question(reference: str, question: str, answer: str) -> JudgeQuestion:
    """Whether ``answer`` is right, if ``reference`` is."""
    return JudgeQuestion(
        about="reference",
        asked="Does the answer agree with the reference?",
        material=(_block("question", question), _block("reference", reference), _block("answer", _unmarked(answer))),
    )


def prompt_fingerprint(about: About) -> str:
    """The version of the prompt for this kind of question."""
    return fingerprint_of(f"judge_{about}", "judge_material")


def verdict_in(reply: str) -> Verdict | None:
    """The verdict of a judge's reply: the last ``{"verdict": …}`` in it, or its only word. None where there is none.

    A word somewhere in a sentence does not count: "no doubt" is no "no".
    """
    stated = _STATED.findall(reply)
    alone = _ALONE.fullmatch(reply)
    word = stated[-1] if stated else alone[1] if alone else ""
    return next((verdict for verdict in VERDICTS if verdict == word.strip().casefold()), None)


def _block(label: str, text: str) -> str:
    """One labelled line. Nothing in ``text`` can end it or look like another: it has no line breaks and no brackets."""
    return f"[{label}] {_on_one_line(text).translate(_BRACKETS)}"


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _unmarked(text: str) -> str:
    return _MARKER.sub("", text)
