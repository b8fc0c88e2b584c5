"""What an address of a frame asks for, whatever stands in it: text of a bounded length, never more documents."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from assistant.door_settings import Limits
from ui.access.caller import Caller, Visit, with_visit
from ui.access.views import Views
from ui.chat.pieces import head_html
from ui.chat.texts import texts
from ui.chat.wishes import MAX_TITLE_CHARACTERS, wishes_of
from ui.questions import MAX_QUESTION_CHARACTERS
from ui.testing import FakeAssistant

TEXT = st.text(max_size=100) | st.sampled_from(
    ["<script>alert(1)</script>", "</h1><img src=x onerror=x>", "[a](javascript:x)", "&lt;b&gt;", "`$title`", "a\nb"]
)
IDS = st.frozensets(st.sampled_from(["plan", "report", "minutes", "a, b", "../plan"]), min_size=1)


@given(title=TEXT, question=TEXT | st.just("x" * 5000))
def test_a_title_and_a_question_are_text(title: str, question: str) -> None:
    wishes = wishes_of(QueryParams([("title", title), ("question", question)]))
    assert 0 < len(wishes.title) <= MAX_TITLE_CHARACTERS
    assert len(wishes.question) <= MAX_QUESTION_CHARACTERS
    head = head_html(texts("en"), wishes.title)
    shown = head[head.index("<h1>") + 4 : head.index("</h1>")]
    assert not set(shown) & set("<>\"'`[]()*_$\n")
    assert head.count("<h1>") == head.count("</h1>") == 1


@given(own=st.none() | IDS, asked=st.lists(st.text(max_size=20) | IDS.map(",".join), max_size=5))
def test_documents_only_ever_narrow(own: frozenset[str] | None, asked: list[str]) -> None:
    fake = FakeAssistant()
    caller = Caller(key="k", collections=frozenset({"default"}), rights=frozenset({"ask"}), documents=own)
    wished = wishes_of(QueryParams([("documents", each) for each in asked])).documents
    Views(fake, Limits()).of(with_visit({}, Visit(caller=caller, embed="intranet")), wished)
    ((collections, seen),) = fake.seen
    assert collections == {"default"}
    if own is not None:
        assert seen is not None
        assert seen <= own
    if wished is not None:
        assert seen is not None
        assert seen <= wished
    assert (seen is None) == (own is None and wished is None)
