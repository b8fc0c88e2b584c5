"""Markers, sentences, sources and quotations of a reply, one rule at a time."""

from __future__ import annotations

import pytest

from assistant.evaluation import quotations, sources
from assistant.evaluation.cases import Case, Source
from assistant.evaluation.citing import citation_coverage, findings, support_precision, support_recall
from assistant.evaluation.markup import marker_numbers, visible
from assistant.evaluation.reply import CitedSource, Reply, Retrieved, Statement
from assistant.evaluation.scoring import score
from assistant.evaluation.sentences import sentences


def spoken(text: str, *own: Statement) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(s.kind, s.text, s.markers) for s in sentences(Reply(answer=text, sentences=own), "en")]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("It is open [1].", (1,)),
        ("It [2] is [1] open [2].", (2, 1)),
        ("Open [1, 3] and [4;5].", (1, 3, 4, 5)),
        ("Open [1][2].", (1, 2)),
        ("Open [1-3], [5–6].", (1, 2, 3, 5, 6)),
        ("Open [3-1].", (3, 1)),
        ("Open [1-99].", (1, 99)),
        ("Open [^2] and [[3]] and 【4】 and 【5†statutes】.", (2, 3, 4, 5)),
        ("Open [1](https://club.example/a) and [2](#s2).", (1, 2)),
        ("Open [0].", (0,)),
        ("In [2019], [sic], [1.5], [a1], \\[1], [1 or 2], array[x].", ()),
        ("It is open [1].\n\n[1] statutes.md\n[2] rules.md", (1, 2)),
        ("It is open [1].\n\nSources:\n- [1] statutes.md, page 2", (1,)),
        ("[1] It is open.\n[2] It is free.", (1, 2)),
    ],
)
def test_markers(text, numbers):
    assert marker_numbers(text) == numbers


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("It is **open** [1].", "It is open."),
        ("It is open[1], and [2] free.", "It is open, and free."),
        ("> _All_ boats [1]\n> leak", "All boats leak"),
        ("## Fees\n\n1. Ninety euros\n- Ten `euros`", "Fees Ninety euros Ten euros"),
        ("See [the page](https://club.example) ![logo](a.png).", "See the page ."),
        ("a | b\n|---|---|\n", "a b"),
        (r"5 \* 3 is snake_case \_x\_", "5 * 3 is snake_case _x_"),
        ("***\n2 * 3 * 4", "2 * 3 * 4"),
    ],
)
def test_what_a_reader_sees(text, seen):
    assert visible(text) == seen


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is open [1]. It is free [2].", [("statement", "It is open.", (1,)), ("statement", "It is free.", (2,))]),
        (
            "It is open. [1] It is free. [2][3]",
            [("statement", "It is open.", (1,)), ("statement", "It is free.", (2, 3))],
        ),
        ("[1] It is open.\n[2] It is free.", [("statement", "It is open.", (1,)), ("statement", "It is free.", (2,))]),
        ("It is open.\n[1]", [("statement", "It is open.", (1,))]),
        ("It [1] is open [2, 1].", [("statement", "It is open.", (1, 2))]),
        ("It is open\nfrom April [1].", [("statement", "It is open from April.", (1,))]),
        ("# Fees\nIt is free.", [("heading", "Fees", ()), ("statement", "It is free.", ())]),
        ("**Fees**\n\nIt is free.", [("heading", "Fees", ()), ("statement", "It is free.", ())]),
        ("**It is free.**", [("statement", "It is free.", ())]),
        (
            "The club lends:\n- boats [1]\n- 3 oars [2]",
            [("label", "The club lends:", ()), ("statement", "3 oars", (2,))],
        ),
        (
            "**Statutes** (2019):\n\n> It is free. [1]",
            [("label", "Statutes (2019):", ()), ("statement", "It is free.", (1,))],
        ),
        ("Is it open? It is.", [("question", "Is it open?", ()), ("statement", "It is.", ())]),
        ("Είναι ανοιχτά;", [("question", "Είναι ανοιχτά;", ())]),
        ("It is open; it is free;", [("statement", "It is open; it is free;", ())]),
        ("Yes. It is free.", [("statement", "It is free.", ())]),
        ("1950.", [("statement", "1950.", ())]),
        ("图书馆开放。", [("statement", "图书馆开放。", ())]),
        ("I do not know. It is free.", [("refusal", "I do not know.", ()), ("statement", "It is free.", ())]),
        ("```\nx = 1 and 2\n```\nIt is free.", [("statement", "It is free.", ())]),
        (
            "| boats | fee |\n|---|---|\n| 3 oars | 90 |",
            [("statement", "boats fee", ()), ("statement", "3 oars 90", ())],
        ),
        (
            "It is open [1].\n\nSources:\n[1] The statutes of 2019",
            [("statement", "It is open.", (1,)), ("label", "Sources:", ())],
        ),
        ("", []),
        ("[1]", []),
    ],
)
def test_sentences(text, expected):
    assert spoken(text) == expected


def test_the_assistants_own_division_is_taken_where_its_places_hold():
    text = "It is open in e.g. spring. It is free [1]."
    own = Statement(text="It is open in", start=0, end=13)
    assert [text for _, text, _ in spoken(text, own)][:2] == ["It is open in", "e.g. spring."]
    for wrong in (Statement(text="It was open", start=0, end=13), Statement(text="It", start=-42, end=2)):
        assert [text for _, text, _ in spoken(text, wrong)] == ["It is open in e.g. spring.", "It is free."]
    overlapping = Statement(text="is open", start=3, end=10)
    assert next(seen for _, seen, _ in spoken(text, own, overlapping)) == "It is open in"


@pytest.mark.parametrize(
    ("expected", "given", "same"),
    [
        ("statutes", "statutes", True),
        ("Statutes.MD", "statutes.md", True),
        ("statutes", "docs/statutes.pdf", True),
        ("statutes.pdf", "statutes", True),
        ("docs/statutes.pdf", "statutes.pdf", True),
        ("docs\\statutes.pdf", "club/docs/statutes", True),
        ("statutes.pdf", "statutes.md", False),
        ("a/statutes", "b/statutes", False),
        ("statutes", "statutes-2019", False),
        ("plan-v1.2", "plan-v1", False),
        ("", "", False),
        ("statutes", "", False),
    ],
)
def test_a_document_is_known_by_its_name(expected, given, same):
    assert sources.same_document(expected, given) is same
    assert sources.same_document(given, expected) is same
    assert (sources.match(Source(doc=expected or "x"), CitedSource(marker=1, document=given)) is not None) is (
        same and bool(expected)
    )


def test_a_document_is_known_by_its_exact_title():
    cited = CitedSource(marker=1, document="a1b2", title="Statutes of the Club")
    assert sources.match(Source(doc="statutes of the club"), cited)
    assert sources.match(Source(doc="statutes"), cited) is None


def test_a_section_is_part_of_the_heading():
    cited = CitedSource(marker=1, document="a", section="2 Fees › Members’ fees")
    assert sources.match(Source(doc="a", section="members' Fees"), cited)
    assert sources.match(Source(doc="a", section="boats"), cited) is None


@pytest.mark.parametrize(
    ("one", "other", "half"),
    [
        ("one two three four", "one two five six", True),
        ("one two three four", "one five six seven", False),
        ("one two three four", "ZERO one, two; and many words more", True),
        ("the end of the line", "the the the the the", False),
        ("…", "…", False),
        ("", "one", False),
    ],
)
def test_quotes_share_half_of_the_shorter_ones_words(one, other, half):
    assert sources.shares_half(one, other) is half
    assert sources.shares_half(other, one) is half
    wanted = Source(doc="a", quote=one or "…")
    assert (sources.match(wanted, CitedSource(marker=1, document="a", quote=other)) is not None) is half


def source_findings(cited: list[CitedSource], passages: list[Retrieved] | None = None, **expected) -> object:
    case = Case(id="x", question="?", sources=({"doc": "a", **expected},))
    reply = Reply(answer="", citations=tuple(cited), passages=None if passages is None else tuple(passages))
    return sources.findings(case, reply)[0]


def test_the_citation_with_the_nearest_page_is_named():
    cited = [CitedSource(marker=n, document="a", page=page) for n, page in enumerate([None, 9, 3, 5, 3], start=1)]
    found = source_findings(cited, page=4)
    assert (found.marker, found.page_off) == (3, 1)
    assert source_findings(cited[:1], page=4).page_off is None
    assert source_findings(cited[:1], page=4).marker == 1
    assert source_findings(cited).page_off is None
    assert source_findings(cited).marker == 1
    assert source_findings([], page=4).marker is None


def test_only_the_first_eight_citations_are_read():
    other = [CitedSource(marker=n, document="b") for n in range(1, 8)]
    assert source_findings([*other, CitedSource(marker=8, document="a")]).marker == 8
    assert source_findings([*other, other[0], CitedSource(marker=9, document="a")]).marker is None


def test_the_rank_of_a_passage_counts_from_one():
    passages = [
        Retrieved(text="x", document="b"),
        Retrieved(text="x", document="a", page=3),
        Retrieved(text="x", document="a"),
    ]
    assert source_findings([], passages).retrieved_rank == 2
    assert source_findings([], passages, page=3).retrieved_rank == 2
    assert source_findings([], passages, page=4).retrieved_rank == 3
    assert source_findings([], passages, quote="y z").retrieved_rank is None
    assert source_findings([]).retrieved_rank is None


def test_retrieval_is_measured_at_five_and_ten():
    passages = [Retrieved(text="", document=f"d{n}") for n in range(1, 12)]
    case = Case(id="x", question="?", sources=("d2", "d6", "d11", "d99"))
    reply = Reply(answer="", passages=tuple(passages))
    found = sources.findings(case, reply)
    assert sources.retrieval_recall(found, reply, first=5) == (1, 4)
    assert sources.retrieval_recall(found, reply, first=6) == (2, 4)
    assert sources.retrieval_recall(found, reply, first=10) == (2, 4)
    assert sources.retrieval_hit(found, reply, first=1) == (0, 1)
    assert sources.retrieval_hit(found, reply, first=2) == (1, 1)
    assert sources.retrieval_mrr(found, reply) == (0.5, 1)
    assert sources.retrieval_mrr(found[3:], reply) == (0, 1)
    scores = score(case, reply).scores
    assert (scores["retrieval_hit_5"], scores["retrieval_recall_5"], scores["retrieval_recall_10"]) == (
        (1, 1),
        (1, 4),
        (2, 4),
    )
    sixth = score(case.model_copy(update={"sources": case.sources[1:]}), reply).scores
    assert (sixth["retrieval_hit_5"], sixth["retrieval_recall_5"], sixth["retrieval_mrr"]) == (
        (0, 1),
        (0, 3),
        (1 / 6, 1),
    )
    nothing = Reply(answer="", passages=())
    assert sources.retrieval_mrr(sources.findings(case, nothing), nothing) == (0, 1)
    assert sources.retrieval_recall((), reply, first=5) is sources.retrieval_mrr((), reply) is None
    assert sources.retrieval_hit(found, Reply(answer=""), first=5) is None


@pytest.mark.parametrize(
    ("text", "listed", "verdict"),
    [
        ("", (), None),
        ("A [1]. B [2]. C [1].", (1, 2), 1),
        ("A [1]. B [7].", (1,), 0),
        ("A [1].", (1, 2), 0),
        ("A [2]. B [1].", (1, 2), 0),
        ("A [2].", (2,), 0),
        ("A [0].", (0,), 0),
        ("A.", (1,), 0),
        ("A [1].", (), 0),
    ],
)
def test_markers_and_sources_match_one_to_one(text, listed, verdict):
    reply = Reply(answer=text, citations=tuple(CitedSource(marker=n) for n in listed))
    found = sources.markers_in_order(reply)
    assert (None if found is None else found.share) == verdict


class TestLocating:
    TEXT = "1. Members 👩‍👧\nBoats are not lent. More."

    def located(self, **given):
        place = {"document": "a", "start": 15, "end": 34, "quote": "Boats are not lent.", **given}
        return sources.citations_located(
            Reply(answer="", citations=(CitedSource(marker=1, **place),)), {"a": self.TEXT}
        )

    def test_offsets_count_code_points(self):
        assert self.TEXT[15:34] == "Boats are not lent."
        assert self.located() == (1, 1)

    @pytest.mark.parametrize(
        "given",
        [
            {"start": 3},
            {"end": 20},
            {"quote": "BOATS are not lent."},
            {"quote": "", "start": 3, "end": 3},
            {"start": -25, "end": -6},
            {"start": 15, "end": 10_000},
            {"document": "b"},
            {"end": None},
        ],
    )
    def test_anything_else_is_not_located(self, given):
        assert self.located(**given) == (0, 1)

    def test_the_whole_text_can_be_cited(self):
        assert self.located(start=0, end=len(self.TEXT), quote=self.TEXT) == (1, 1)

    def test_what_has_no_place_is_not_measured(self):
        assert self.located(start=None, end=None) is None
        placed = CitedSource(marker=1, start=0, end=1, quote="1")
        assert sources.citations_located(Reply(answer="", citations=(placed,)), None) is None


def test_precision_counts_citations_and_dangling_markers():
    case = Case(id="x", question="?", sources=("a", {"doc": "b", "page": 2}))
    cited = (CitedSource(marker=1, document="a"), CitedSource(marker=2, document="b", page=3), CitedSource(marker=3))
    assert sources.source_precision(case, Reply(answer="A [1] [9] [8] [9].", citations=cited)) == (1, 5)
    assert sources.source_precision(case, Reply(answer="A.")) is None
    assert sources.source_precision(Case(id="x", question="?"), Reply(answer="", citations=cited)) is None


QUOTES = ("The club owns 48 boats.", "Boats are not lent to visitors.")


def measured(text: str, *quotes: str) -> tuple:
    cited = tuple(CitedSource(marker=n, document="a", quote=quote) for n, quote in enumerate(quotes, start=1))
    reply = Reply(answer=text, citations=cited)
    found = findings(reply, sentences(reply, "en"), "en")
    return citation_coverage(found), support_recall(found), support_precision(reply, found, "en")


def test_support_counts_sentences_and_citations():
    text = (
        "The club owns 48 boats [1][2]. Boats are not lent to visitors [2]. The hall is old [1]. It is free. Or [9] so."
    )
    coverage, recall, precision = measured(text, *QUOTES)
    assert coverage == (3, 5)
    assert recall == (2, 5)
    assert precision == (2, 5)


def test_half_of_a_sentence_counts_half():
    coverage, recall, precision = measured("The club owns 48 boats and sings loud songs in winter [1].", *QUOTES)
    assert (coverage, recall, precision) == ((1, 1), (0.5, 1), (0.5, 1))


def test_several_sources_support_a_sentence_together():
    _, recall, precision = measured("The club owns 48 boats, which are not lent to visitors [1, 2].", *QUOTES)
    assert recall == (1, 1)
    assert precision.share < 1


def test_the_title_the_publisher_and_the_date_of_a_source_count_as_there():
    source = CitedSource(
        marker=1, title="Annual report", publisher="Rowing Union", published="2019-02", quote=QUOTES[0]
    )
    text = "The annual report of the Rowing Union for 2019 says that the club owns 48 boats [1]."
    reply = Reply(answer=text, citations=(source,))
    assert [finding.support for finding in findings(reply, sentences(reply, "en"), "en")] == ["supported"]
    undated = Reply(
        answer=text.replace(" for 2019", ""),
        citations=(CitedSource(marker=1, title="Annual report", publisher="Rowing Union", quote=QUOTES[0]),),
    )
    assert [finding.support for finding in findings(undated, sentences(undated, "en"), "en")] == ["supported"]
    none = Reply(answer=text.replace("2019", "None"), citations=undated.citations)
    assert [finding.support for finding in findings(none, sentences(none, "en"), "en")] == ["unsupported"]


def test_where_nothing_is_said_nothing_is_measured():
    assert measured("Is it open?", *QUOTES) == (None, None, None)
    assert measured("It is open [1].", "") == ((1, 1), None, None)


@pytest.mark.parametrize(
    ("text", "faithful"),
    [
        ("They say “boats are not lent” [1].", (1, 1)),
        ("They say “Boats are gladly lent” [1].", (0, 1)),
        ("They say „boats are not lent“ and « are not lent to » [1].", (2, 2)),
        ('They say "boats are not lent to visitors." [1]', (1, 1)),
        ("They say «boats are […] to visitors» [1].", (1, 1)),
        ("They say “to visitors … boats are not” [1].", (0, 1)),
        ("They say “boats are not [gladly] lent” [1].", (1, 1)),
        ("They say “not lent” [1].", None),
        ("They don't say it, and they won't say it, and 'so it is then' [1].", None),
        ("See “Rules of the Club” [1].", (1, 1)),
        ("You ask “who may use boats” [1].", (1, 1)),
        ("They say “the passage that was retrieved” [1].", (1, 1)),
        ("They say “the passage of another paper” [1].", (0, 1)),
        ("They say “oats are not lent” [1].", (0, 1)),
        ("他们说「船不借给客人」[1]。", (0, 1)),
    ],
)
def test_quotations_stand_in_a_cited_source(text, faithful):
    reply = Reply(
        answer=text,
        question="Who may use boats?",
        citations=(
            CitedSource(marker=1, document="a.md", title="Rules of the Club", quote=QUOTES[1]),
            CitedSource(marker=2, document="c.md", quote=QUOTES[0]),
        ),
        passages=(
            Retrieved(text="It is the passage that was retrieved.", document="a"),
            Retrieved(text="It is the passage of another paper.", document="b"),
        ),
    )
    assert quotations.quote_fidelity(reply) == faithful
