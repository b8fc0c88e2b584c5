"""Whatever clients of OpenAI send is a question or one sentence, and what they get can be sent back."""

from __future__ import annotations

import json
import re

from hypothesis import assume, example, given
from hypothesis import strategies as st

from assistant.answer import Citation
from assistant.events import Delta, Turn
from ui.chat.texts import languages, texts
from ui.completions.asked import Asked, read_request
from ui.completions.content import safe, without_sources
from ui.completions.refusals import NotTaken
from ui.completions.replies import Reply
from ui.plain_text import plain
from ui.questions import MAX_QUESTION_CHARACTERS
from ui.sources import passage_path
from ui.testing import make_answer, make_citation

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ROLES = st.sampled_from(["user", "assistant", "system", "developer", "tool", "function", "narrator"])
PARTS = st.fixed_dictionaries({"type": st.sampled_from(["text", "input_text", "image_url"])}, optional={"text": JSON})
CONTENTS = st.text(max_size=40) | st.lists(PARTS | JSON, max_size=3) | JSON
MESSAGES = st.lists(st.fixed_dictionaries({"role": ROLES | JSON}, optional={"content": CONTENTS}) | JSON, max_size=6)
FIELDS = ["model", "n", "stream", "stream_options", "tools", "tool_choice", "response_format", "temperature"]
BODIES = st.fixed_dictionaries({"messages": MESSAGES}, optional=dict.fromkeys(FIELDS, JSON))

LINES = st.lists(
    st.sampled_from(["Open.", "[1]", "\\[1\\]", "---", "> so", "<b>", "<", "< 5", "**So**", "- [1] x", "&lt;", "&"])
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    min_size=1,
    max_size=6,
)  # fmt: skip
SENTENCES = st.lists(
    st.tuples(LINES.map(" ".join) | LINES.map("\n\n".join), st.lists(st.integers(1, 3), max_size=3, unique=True)),
    min_size=1,
    max_size=4,
)
NAMES = st.text(max_size=30)
WORDS = {language: texts(language).words for language in languages()}


def outcome(body: bytes) -> Asked | NotTaken:
    try:
        return read_request(body)
    except NotTaken as refused:
        return refused


@given(body=(BODIES | JSON).map(lambda body: json.dumps(body).encode()) | st.binary(max_size=60))
@example(body=b'{"messages": [{"role": "user", "content": [{"type": "text"}]}]}')
@example(body=b'{"messages": [{"role": "user", "content": [{"type": [], "text": "x"}]}]}')
@example(body=b'{"messages": [{"role": "user", "content": "?"}], "tool_choice": {}}')
def test_a_body_is_a_question_or_one_sentence(body: bytes) -> None:
    asked = outcome(body)
    if isinstance(asked, NotTaken):
        assert asked.sentence.endswith(".")
        assert "\n" not in asked.sentence
        assert 400 <= asked.status < 500
        return
    assert 0 < len(asked.question) <= MAX_QUESTION_CHARACTERS
    assert asked.question == plain(asked.question).strip()
    assert all(turn.content and turn.role in {"user", "assistant"} for turn in asked.history)


@given(said=st.lists(st.tuples(ROLES, st.text(max_size=20)), max_size=8), question=st.text(min_size=1, max_size=30))
def test_the_conversation_is_what_was_said_before_the_last_question(said: list[tuple[str, str]], question: str) -> None:
    messages = [{"role": role, "content": content} for role, content in [*said, ("user", question)]]
    asked = outcome(json.dumps({"messages": messages}).encode())
    if isinstance(asked, NotTaken):
        assert not plain(question).strip()
        return
    assert asked.question == plain(question).strip()
    spoken = [(role, plain(content)) for role, content in said if role in {"user", "assistant"}]
    kept = [Turn(role=role, content=text) for role, text in spoken if text]  # type: ignore[arg-type]
    users = [turn for turn in kept if turn.role == "user"]
    assert [turn for turn in asked.history if turn.role == "user"] == users
    assert len(asked.history) <= len(kept)


def page(citation: Citation) -> str:
    return "http://localhost/" + passage_path(citation)


@given(
    sentences=SENTENCES,
    names=st.tuples(NAMES, NAMES, NAMES),
    warnings=st.lists(NAMES, max_size=2),
    language=st.sampled_from(sorted(WORDS)),
)
def test_what_is_answered_can_be_sent_back(
    sentences: list[tuple[str, list[int]]], names: tuple[str, str, str], warnings: list[str], language: str
) -> None:
    title, publisher, section = names
    citations = [
        make_citation(n, title=title, publisher=publisher, section=section, document=f"d{title}", start=n)
        for n in (1, 2, 3)
    ]
    given_sentences = [(text, tuple(markers)) for text, markers in sentences]
    answer = make_answer(*given_sentences, citations=citations, warnings=warnings, language=language)
    assume(answer.answer.strip())
    whole, annotations = Reply(WORDS.__getitem__, page).finish(answer)

    streaming = Reply(WORDS.__getitem__, page)
    starts = [sentence.start for sentence in answer.sentences] + [len(answer.answer)]
    streamed = ""
    for sentence, begin, end in zip(answer.sentences, starts, starts[1:], strict=False):
        streamed += streaming.add(Delta(text=answer.answer[begin:end], sentence=sentence, citations=()))
    rest, same = streaming.finish(answer)
    assert (streamed + rest, same) == (whole, annotations)

    assert whole.startswith(safe(answer.answer))
    assert not re.search(r"<(?!https?://localhost/source/)(?![\s\d=])", whole)
    for annotation in annotations:
        place = annotation["url_citation"]
        assert str(annotation["source"]["marker"]) in whole[place["start_index"] : place["end_index"]]
    assert without_sources(whole) == safe(answer.answer).replace("&lt;", "<").strip()
    # As clients trim it, and once more.
    assert without_sources(whole.strip()) == without_sources(whole)
