"""The wording of a refusal."""

from __future__ import annotations

from assistant.confidence import Verdict
from assistant.lacking import Lack
from assistant.refusing import refusal
from ingest.document import Metadata
from prompts.loader import phrases

SAID = phrases("en")
SORRY = "The documents here do not answer this question."


def documents(*titles: str) -> list[Metadata]:
    return [Metadata(title=title, language="en", collection="default") for title in titles]


def text(verdict: Verdict, lacks: tuple[Lack, ...] = (), known: list[Metadata] | None = None) -> str:
    return "".join(piece.text for piece in refusal(verdict, lacks, known or [], SAID))


def test_what_is_lacking_is_named_before_the_nearest_passages() -> None:
    lacks = (
        Lack(kind="name_unknown", what="Bruges"),
        Lack(kind="name_unknown", what="Lima"),
        Lack(kind="amount"),
        Lack(kind="year", what="2015"),
    )
    assert text(Verdict.NEAREST, lacks, documents("Plan")) == (
        f"{SORRY} They do not mention Bruges, Lima. The passages found give no amount of money. "
        "The passages found say nothing of 2015.What they say that comes nearest:\n\n"
    )


def test_a_bare_refusal_names_documents_to_ask_about() -> None:
    own = documents("Plan", "Plan", "Report")
    critic = Metadata(title="Critic", language="en", collection="default", authority="third_party")
    assert (
        text(Verdict.NOTHING, (), [critic, *own])
        == f"{SORRY} You can ask about what stands in these: Plan; Report; Critic."
    )


def test_many_documents_are_not_all_named() -> None:
    said = text(Verdict.NOTHING, (), documents(*"ABCDEFG"))
    assert said.endswith("these: A; B; C; D; E; ….")


def test_without_documents_the_refusal_stands_alone() -> None:
    assert text(Verdict.NOTHING) == SORRY


def test_titles_hold_no_markers_and_no_lines() -> None:
    assert text(Verdict.NOTHING, (), documents("Plan\n[1]")).endswith(r"these: Plan \[1\].")
