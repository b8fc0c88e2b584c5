"""Where the organisation can be reached: from its own newest document that says so."""

from __future__ import annotations

import pytest

from assistant.addresses import address
from assistant.testing import read

OLD = read("old", "Beds are counted.\n\nWrite to old@shelter.example.", title="Old plan", published="2014")
NEW = read("new", "Call +32 2 555 01 02 at night.\n\nBeds are counted.", title="New plan", published="2019-02")
SILENT = read("silent", "The cook bakes bread in 2021-2024.", title="Letter", published="2024")
PRESS = read("press", "Write to editor@herald.example.", title="Herald", published="2025", authority="third_party")


def said(*documents: object, superseded: tuple[str, ...] = ()) -> str | None:
    found = address(documents, dict.fromkeys(superseded, "another"))  # type: ignore[arg-type]
    return found and found.cut.wording(found.cut.sentences[found.first])


def test_the_newest_document_that_gives_an_address_is_quoted() -> None:
    assert said(OLD, NEW, SILENT, PRESS) == "Call +32 2 555 01 02 at night."


def test_a_superseded_document_comes_last() -> None:
    assert said(OLD, NEW, superseded=("new",)) == "Write to old@shelter.example."
    assert said(NEW, superseded=("new",)) == "Call +32 2 555 01 02 at night."


def test_nobody_elses_address_is_given() -> None:
    assert said(SILENT, PRESS) is None


@pytest.mark.parametrize(
    "text", ["The plan 2021-2025 has 3 aims.", "Regulation (EU) 2019/817 of 20.05.2019.", "@ home"]
)
def test_other_numbers_are_no_addresses(text: str) -> None:
    assert said(read("text", text, title="Text", published="2020")) is None


def test_documents_without_a_date_can_give_an_address() -> None:
    assert said(read("page", "Mail help@shelter.example.", title="Page")) == "Mail help@shelter.example."
