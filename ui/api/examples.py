"""One example of each body, for the description: a question about membership from its beginning to its end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from assistant.events import EVENT_NAMES, Delta, EvidenceFound, Finished, Waiting

_DOCUMENT = "strategic-plan-2021-2025"
_QUOTE = "Membership is open to any organisation that shares our values."
_TEXT = f"Membership\n\n{_QUOTE} Applications are decided twice a year.\n"
_START = _TEXT.index(_QUOTE)
_END = _START + len(_QUOTE)
_SAID = f"“{_QUOTE}”"
_ABOUT: dict[str, Any] = {
    "title": "Strategic Plan 2021-2025",
    "publisher": "PICUM",
    "authority": "own",
    "published": "2021",
}

_ASKING = {
    "question": "Who can become a member?",
    "history": [
        {"role": "user", "content": "What is this network?"},
        {"role": "assistant", "content": "It is a network of organisations. [1]"},
    ],
    "filters": {"documents": [_DOCUMENT], "collections": None},
    "stream": False,
}

_CITATION = {
    "marker": 1,
    "document": _DOCUMENT,
    **_ABOUT,
    "section": "Membership",
    "page": None,
    "start": _START,
    "end": _END,
    "quote": _QUOTE,
    "display_quote": _QUOTE,
    "url": "https://example.org/strategic-plan.pdf",
}
_SENTENCE = {"text": _SAID, "start": 0, "end": len(_SAID), "markers": [1], "support": "supported"}
_PASSAGE = {"document": _DOCUMENT, "section": "Membership", "score": 2.5, "rank": 1, "text": _QUOTE}

_ANSWER: dict[str, Any] = {
    "schema": 1,
    "question": _ASKING["question"],
    "standalone_question": _ASKING["question"],
    "language": "en",
    "status": "answered",
    "answer": f"{_SAID} [1]",
    "citations": [_CITATION],
    "sentences": [_SENTENCE],
    "removed": 0,
    "conflicts": [],
    "passages": [_PASSAGE],
    "mode": "extractive",
    "warnings": [],
    "timings": {"evidence_ms": 81.5, "first_sentence_ms": 83.0, "total_ms": 84.2},
    "made_with": {
        "embedding": "all-MiniLM-L6-v2@53aa51172d14",
        "language_model": "",
        "prompts": "5e1d0c8b",
        "index_generation": "20260131T101500",
        "reranker": "",
        "entailment": "",
    },
}

_EVENTS = "".join(
    f"event: {EVENT_NAMES[kind]}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
    for kind, data in (
        (Waiting, {"before": 2}),
        (Waiting, {"before": 0}),
        (EvidenceFound, {"citations": [_CITATION], "passages": [_PASSAGE]}),
        (Delta, {"text": f"{_SAID} [1]", "sentence": _SENTENCE, "citations": [_CITATION]}),
        (Finished, {"answer": _ANSWER}),
    )
)

_SEARCHING = {
    "query": "Who can become a member?",
    "filters": {"documents": None, "collections": None},
    "limit": 5,
}

_PASSAGES = {
    "passages": [
        {
            "document": _DOCUMENT,
            **_ABOUT,
            "section": "Membership",
            "page": None,
            "start": _START,
            "end": _END,
            "score": 2.5,
            "rank": 1,
            "text": _QUOTE,
        }
    ]
}

_LISTED: dict[str, Any] = {
    "id": _DOCUMENT,
    **_ABOUT,
    "language": "en",
    "pages": 0,
    "chunks": 1,
    "kind": "strategy",
    "derived": ["language"],
    "valid_from": "2021",
    "valid_until": "2025",
    "supersedes": None,
    "superseded_by": None,
    "notes": [],
}

_DOCUMENTS = {"count": 1, "documents": [_LISTED]}

_ONE_DOCUMENT = {**_LISTED, "url": "https://example.org/strategic-plan.pdf", "characters": len(_TEXT)}

_TEXT_PART = {
    "document": _DOCUMENT,
    "start": _START,
    "end": _END,
    "characters": len(_TEXT),
    "text": _QUOTE,
    "next": None,
    "sections": [{"path": ["Membership"], "start": 0, "end": len(_TEXT)}],
    "pages": [],
}

_FEEDBACK = {
    "verdict": "wrong_source",
    "comment": "The sentence stands in the later plan.",
    "question": _ASKING["question"],
    "citations": [{"document": _DOCUMENT, "start": _START, "end": _END}],
}

REQUESTS: Mapping[str, Any] = {"ask": _ASKING, "search": _SEARCHING, "give_feedback": _FEEDBACK}
"""What is sent, by the id of the operation."""

REPLIES: Mapping[str, Mapping[str, Any]] = {
    "ask": {"application/json": _ANSWER, "text/event-stream": _EVENTS},
    "search": {"application/json": _PASSAGES},
    "list_documents": {"application/json": _DOCUMENTS},
    "get_document": {"application/json": _ONE_DOCUMENT},
    "get_text": {"application/json": _TEXT_PART},
}
"""What comes back with status 200, by the id of the operation and the media type."""
