"""Reports: every form by its suffix, whole files or none, and pages that hostile text cannot break."""

import html.parser
import json
import os
import re
import stat
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from assistant.evaluation.catalogue import METRIC_BY_ID
from assistant.evaluation.comparison import compare
from assistant.evaluation.errors import ReportError
from assistant.evaluation.reply import CitedSource, Reply, Retrieved
from assistant.evaluation.report import report_file
from assistant.evaluation.report.answer_markup import answer_markup
from assistant.evaluation.report.headlines import HEADLINES
from assistant.evaluation.report.page import definitions, report_page
from assistant.evaluation.report.reading import read_run
from assistant.evaluation.report.shown_text import on_one_line, shortened, visible
from assistant.evaluation.report.testing import make_result, make_run
from assistant.evaluation.report.wording import amount, between, change
from assistant.evaluation.report.writing import check_suffix, write_report
from assistant.evaluation.results import FactFinding, JudgeFinding

PUBLISHED = Path(report_file.__file__).with_name("report.schema.json")
HOSTILE = (
    "</textarea></style><script>alert(1)</script><img src=x onerror=alert(1)>\u202egnihtemos\x07 "
    "![](http://x.test/a.png) {{ 7*7 }} | `"
)
VOID = {"meta", "br", "input"}


class Wellformed(html.parser.HTMLParser):
    """Elements of a page, its ids and its text; complains about a tag that closes another element."""

    def __init__(self, page):
        super().__init__()
        self.open, self.ids, self.tags, self.text, self.links = [], [], [], "", []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.append(tag)
        assert not [name for name in given if name.startswith("on")]
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if "href" in given else []
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def page_of(*runs, comparison=None):
    return Wellformed(report_page(runs, comparison))


def flat(page):
    return " ".join(page.text.split())


@pytest.mark.parametrize("name", ["a.html", "a.md", "a.json", "a.jsonl", "A.HTML"])
def test_a_report_is_written_by_its_suffix(tmp_path, name):
    path = tmp_path / "new folder" / name
    write_report(path, [make_run([make_result("leave", passed=False)])])
    assert "leave" in path.read_text(encoding="utf-8")
    assert [file.name for file in path.parent.iterdir()] == [name]
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


def test_a_report_that_cannot_be_written_leaves_the_old_one(tmp_path):
    run = make_run([make_result("leave")])
    with pytest.raises(ReportError, match=r"a\.pdf names no form of report: let it end in one of \.html, \.md"):
        check_suffix(tmp_path / "a.pdf")
    folder = tmp_path / "folder.json"
    folder.mkdir()
    with pytest.raises(ReportError, match="cannot be written"):
        write_report(folder, [run])
    assert [path.name for path in tmp_path.iterdir()] == ["folder.json"]
    with pytest.raises(ReportError, match="no run to write"):
        write_report(tmp_path / "a.html", [])


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.html", "", "holds no results to compare with"),
        ("a.json", "{", "is not JSON"),
        ("a.json", "[]", "is no report of an evaluation"),
        ("a.json", '{"schema": 9, "runs": []}', "has the schema 9, and this version reads 1"),
        ("a.json", '{"schema": 1, "runs": [{}]}', r"the report is damaged \(name: "),
        ("a.json", '{"schema": 1, "runs": []}', "holds no run: it has none"),
        ("a.jsonl", '{"id": "a"}', "a.jsonl:1: a result stands before the circumstances"),
        ("a.jsonl", '{"schema": 2, "circumstances": {}}', "a.jsonl:1: the report has the schema 2"),
    ],
)
def test_what_is_no_report_is_said_to_be_none(tmp_path, name, content, complaint):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ReportError, match=complaint):
        read_run(path)
    with pytest.raises(ReportError, match="cannot be read"):
        read_run(tmp_path / "gone.json")


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_one_of_several_runs_is_chosen_by_its_name(tmp_path, name):
    runs = [make_run([make_result("a")], name="old"), make_run([make_result("b")], name="new")]
    write_report(tmp_path / name, runs)
    assert read_run(tmp_path / name, "new") == runs[1]
    with pytest.raises(ReportError, match=r"holds several runs \(old, new\): choose one"):
        read_run(tmp_path / name)
    with pytest.raises(ReportError, match='holds no run "other": it has old, new'):
        read_run(tmp_path / name, "other")


def test_half_a_surrogate_pair_is_written_as_no_character(tmp_path):
    run = make_run([make_result("a", reply=Reply(answer="x\ud800y"))])
    for name in ("a.json", "a.jsonl", "a.html", "a.md"):
        write_report(tmp_path / name, [run])
    assert read_run(tmp_path / "a.json").results[0].reply.answer == "x\ufffdy"


def test_the_published_schema_is_that_of_the_code():
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == json.loads(json.dumps(report_file.report_schema()))


def test_json_has_the_figures_of_every_group(tmp_path):
    results = [make_result("a"), make_result("b", passed=False, case={"kind": "number", "language": "de"})]
    (run,) = json.loads(report_file.report_json([make_run(results)]))["runs"]
    assert run["figures"]["all"]["passed"]["value"] == 0.5
    assert {kind: figures["passed"]["n"] for kind, figures in run["figures"]["by_kind"].items()} == {
        "fact": 1,
        "number": 1,
    }
    assert run["figures"]["by_language"]["de"]["passed"]["value"] == 0


def test_markdown_has_runs_side_by_side(tmp_path):
    old = make_run([make_result("a"), make_result("b|c*")], name="old")
    new = make_run([make_result("a"), make_result("b|c*", passed=False)], name="new")
    path = tmp_path / "a.md"
    write_report(path, [old, new], compare(old, new))
    text = path.read_text(encoding="utf-8")
    assert "| cases passed | 1.00 [0.34–1.00] (2 of 2) |" in text
    assert "- newly failing: b\\|c\\*\n" in text
    assert "### new\n\n- facts failed: b\\|c\\*\n" in text
    assert "### old\n\nNo check failed.\n" in text
    results = text[text.index("## Results") : text.index("## Since")]
    cells = {line.replace("\\|", "").count("|") for line in results.splitlines() if line.startswith("|")}
    assert cells == {8}  # a name and three parts of two runs


def test_the_page_says_what_matters_in_words():
    results = [make_result("a"), make_result("b", passed=False)]
    text = flat(page_of(make_run(results)))
    assert "1 of 2 answers were as expected" in text
    assert "writing lost it: it stands in a passage that retrieval found" in text
    assert "1 vital fact is missing: 1 in a passage that was found, but not in the answer" in text
    assert "No question of this sort was asked" in text  # refusals were not measured, and that is no number
    for headline in HEADLINES:
        assert headline.title in text


def test_the_page_names_what_changed_and_how_sure_that_is():
    ids = [str(number) for number in range(30)]
    before = make_run([make_result(id) for id in ids], name="last week")
    after = make_run([make_result(id, passed=int(id) > 14) for id in ids])
    page = page_of(after, comparison=compare(before, after))
    assert "What changed since last week" in flat(page)
    assert "15 answers that were as expected are not so any more" in flat(page)
    assert "Clearly ▼ worse: the same direction in 100" in flat(page)
    assert flat(page).count("newly failing") == 15
    assert "The two cannot be compared." in flat(page_of(after, comparison=compare(make_run([]), after)))


def test_hostile_text_stays_text():
    reply = Reply(
        answer=HOSTILE + " [1] [9]",
        citations=(
            CitedSource(
                marker=1, document=HOSTILE, title=HOSTILE, section=HOSTILE, quote=HOSTILE, url="javascript:alert(1)"
            ),
        ),
        passages=(Retrieved(text=HOSTILE),),
        mode=HOSTILE,
        made_with={HOSTILE: HOSTILE},
    )
    result = make_result(
        HOSTILE,
        passed=False,
        reply=reply,
        file=HOSTILE,
        case={
            "question": HOSTILE,
            "kind": HOSTILE,
            "xfail": HOSTILE,
            "history": [{"user": HOSTILE}],
        },
        judged=(JudgeFinding(question=HOSTILE, verdict="no", reason=HOSTILE),),
    )
    run = make_run([result, make_result("fine")], name=HOSTILE, target=HOSTILE)
    page = page_of(run, comparison=compare(make_run([replace(result, checks=())], name=HOSTILE), run))
    assert not {"script", "img", "textarea", "iframe"} & set(page.tags)
    assert page.tags.count("style") == 1
    assert "\u202e" not in page.text
    assert "⟨U+202E⟩gnihtemos⟨U+0007⟩" in page.text
    assert "{{ 7*7 }}" in page.text
    assert "9 leads nowhere" in page.text
    assert not [link for link in page.links if not link.startswith("#")]
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_only_addresses_of_the_web_are_linked():
    source = CitedSource(marker=1, title="Handbook", url="https://example.org/a?b=1&c=2")
    page = page_of(make_run([make_result("a", passed=False, reply=Reply(answer="x [1]", citations=(source,)))]))
    assert [link for link in page.links if not link.startswith("#")] == [source.url]


def test_the_page_allows_nothing_but_its_own_style():
    page = report_page([make_run([make_result("a")])])
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    assert "url(" not in page
    assert "@import" not in page


def test_a_thousand_failed_cases_fit_and_the_page_says_what_it_leaves_out():
    long = "Überlange Aussage <mit> Zeichen & Wörtern. " * 200
    reply = Reply(
        answer=long + "[1]", citations=tuple(CitedSource(marker=n, title="T", quote=long) for n in range(1, 20))
    )
    fact = FactFinding(name=long, vital=True, weight=1, whereabouts="retrieved", closest=long)
    results = [
        replace(make_result(str(number), passed=False, reply=reply, case={"question": long}), facts=(fact,) * 5)
        for number in range(1000)
    ]
    started = time.perf_counter()
    page = report_page([make_run(results)])
    assert time.perf_counter() - started < 10  # about one second on a machine with nothing else to do
    assert len(page.encode("utf-8")) < 2_000_000
    assert "This page has no room for more on" in page
    Wellformed(page)


def test_several_runs_share_the_room():
    runs = [make_run([make_result("a", passed=False)], name=name) for name in ("one", "two")]
    page = page_of(*runs)
    assert "Two runs side by side" in flat(page)
    assert len(page.ids) == len(set(page.ids))


def test_every_metric_is_explained():
    assert set(definitions()) == set(METRIC_BY_ID)


@pytest.mark.parametrize(
    ("metric", "value", "words"),
    [
        ("passed", 1.0, "100 %"),
        ("passed", 0.999, "over 99 %"),
        ("passed", 0.001, "under 1 %"),
        ("passed", 0.0, "0 %"),
        ("passed", None, "not measured"),
        ("total_ms", 1234.0, "1.23 s"),
        ("total_ms", 80.0, "80 ms"),
        ("truthfulness", -0.314, "−0.31"),
        ("words", 1234.5, "1,234"),
    ],
)
def test_figures_in_words(metric, value, words):
    assert amount(metric, value).replace("\xa0", " ") == words


def test_changes_and_ranges_in_words():
    assert change("passed", -0.051).replace("\xa0", " ") == "−5.1 points"
    assert change("total_ms", 500).replace("\xa0", " ") == "+0.5 s"
    assert between("passed", 0.1, 0.2).replace("\xa0", " ") == "10 % to 20 %"
    assert between("passed", 1.0, 1.0) == between("passed", None, None) == ""


@pytest.mark.parametrize(
    ("answer", "markup"),
    [
        ("A [1].", '<p dir="auto">A [<a href="#c-source-1" aria-label="source 1">1</a>].</p>'),
        ("**A** <b>", '<p dir="auto"><strong>A</strong> &lt;b&gt;</p>'),
        ("> A\n> B", '<blockquote><p dir="auto">A\nB</p></blockquote>'),
        ("A [7]", '<p dir="auto">A [<span class="nowhere">7 leads nowhere</span>]</p>'),
        ("A [x](y)", '<p dir="auto">A [x](y)</p>'),
        ("", ""),
    ],
)
def test_answers_as_markup(answer, markup):
    assert answer_markup(answer, {1}, "c") == markup


def test_shown_text():
    assert visible("a\r\nb\x00\u2066") == "a\nb⟨U+0000⟩⟨U+2066⟩"
    assert on_one_line(" a \n\t b ") == "a b"
    assert shortened("one two three", 9) == "one two […]"
    assert shortened("one", 3) == "one"


def test_answers_are_printed_in_full_as_a_hash_draws_them(tmp_path):
    results = [make_result(f"case-{n}", reply=Reply(answer=f"Answer {n} [1].\n\n<b>So</b> | it is.")) for n in range(9)]
    runs = [make_run(results), replace(make_run(results), name="another")]
    write_report(tmp_path / "r.md", runs, printed=3)
    text = (tmp_path / "r.md").read_text(encoding="utf-8").partition("## Answers in full")[2]
    printed = [line.split(":")[0].removeprefix("### ") for line in text.splitlines() if line.startswith("### ")]
    assert printed == sorted((result.id for result in results), key=lambda id: sha256(id.encode()).hexdigest())[:3]
    for id in printed:
        # As text, whatever marks it holds, and once for each run.
        assert text.count(f"    Answer {id.removeprefix('case-')} [1].\n\n    <b>So</b> | it is.\n") == 2
    write_report(tmp_path / "none.md", runs)
    assert "in full" not in (tmp_path / "none.md").read_text(encoding="utf-8")
