"""The page of an evaluation: WCAG 2.2 AA as far as a program can tell, no script, no request, any screen."""

from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from assistant.evaluation.comparison import compare
from assistant.evaluation.reply import CitedSource, Reply, Retrieved
from assistant.evaluation.report import case_views
from assistant.evaluation.report.testing import make_result, make_run
from assistant.evaluation.report.writing import write_report
from assistant.evaluation.results import JudgeFinding, SentenceFinding

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
DESKTOP, PHONE, NARROW = ({"width": width, "height": 800} for width in (1280, 390, 320))
HOSTILE = "<script>document.title = 'hit'</script><img src='http://127.0.0.1:9/x'>\u202eW" + "i" * 300
MEASURED = ("citation_coverage", "support_recall", "right_refusals", "wrong_refusals")


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The address of a page with everything that a page can have."""
    reply = Reply(
        answer=f"Leave is **25 days**. [1] {HOSTILE} [7]\n\n> Quoted. [2]",
        status="answered",
        language="en",
        citations=(
            CitedSource(marker=1, title="Handbook", quote="25 days of leave", page=3, url="http://127.0.0.1:9/h"),
            CitedSource(marker=2, document="profile", authority="third_party"),
        ),
    )
    ids = [f"case-{number}" for number in range(8)]
    before = make_run([make_result(id, scores=dict.fromkeys(MEASURED, 1)) for id in ids], name="last week")
    results = [
        make_result(
            id,
            passed=number > 5,
            reply=replace(reply, citations=() if number == 2 else reply.citations, passages=(Retrieved(text="Near."),)),
            scores=dict.fromkeys(MEASURED, number % 2),
            case={
                "kind": ("fact", "list", HOSTILE)[number % 3],
                "language": ("en", "ar", "pt-BR")[number % 3],
                "history": [{"user": "Before?"}],
            },
            sentences=(SentenceFinding(text="Leave.", markers=(7,), dangling=(7,), support="partial", missing="25"),),
            judged=(JudgeFinding(question="Right?", verdict="no", reason="It is 30."),),
        )
        for number, id in enumerate(ids)
    ]
    after = make_run(results)
    path = tmp_path_factory.mktemp("report") / "report.html"
    pairs = zip(before.results, after.results, strict=True)
    before = replace(before, results=tuple(replace(old, case=new.case) for old, new in pairs))
    single = path.with_name("single.html")
    with pytest.MonkeyPatch.context() as patch:
        # Room for few cases in full, so that a page that axe is done with soon has some of every sort.
        patch.setattr(case_views, "FULL_CASES", 3)
        write_report(path, [before, after], compare(before, after))
        write_report(single, [after], compare(before, after))
    return {"two runs": path.as_uri(), "one run": single.as_uri()}


@pytest.mark.parametrize(("kind", "scheme"), [("one run", "light"), ("one run", "dark"), ("two runs", "dark")])
def test_no_violations(report, new_page, kind, scheme):
    # The page forbids scripts, and axe is one.
    page = new_page(viewport=DESKTOP, color_scheme=scheme, bypass_csp=True)
    page.goto(report[kind])
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        found = Axe().run(page, options=RULES).response
        assert len(found["passes"]) > 20
        assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found["violations"]] == []


def test_a_violation_would_be_found(report, new_page):
    page = new_page(bypass_csp=True)
    page.goto(report["one run"])
    page.evaluate("document.querySelector('.lead').style.color = '#ccc'")
    found = Axe().run(page, options=RULES).response
    assert "color-contrast" in [rule["id"] for rule in found["violations"]]


def test_no_request_leaves_and_no_script_runs(report, new_page):
    page = new_page(viewport=DESKTOP)
    page.goto(report["one run"])
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(200)
    assert page.watch.requested == [report["one run"]]
    expect(page).to_have_title("Evaluation of assistant")
    assert page.locator("script, img, link, iframe").count() == 0
    # What stands in the page may not load anything either.
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"http://127.0.0.1:9/y\">')")
    page.wait_for_timeout(100)
    assert any("Content Security Policy" in complaint for complaint in page.watch.complaints)
    page.watch.complaints.clear()


@pytest.mark.parametrize("kind", ["one run", "two runs"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE, NARROW], ids=["desktop", "phone", "narrow"])
def test_nothing_scrolls_sideways(report, new_page, kind, size):
    page = new_page(viewport=size)
    page.goto(report[kind])
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_answer_and_passages_stand_side_by_side_and_on_a_phone_below_each_other(report, new_page):
    page = new_page(viewport=DESKTOP)
    page.goto(report["one run"])
    for size, beside in ((DESKTOP, True), (PHONE, False)):
        page.set_viewport_size(size)
        answer, passages = (page.locator(".sides > div").nth(number).bounding_box() for number in (0, 1))
        assert (passages["x"] >= answer["x"] + answer["width"]) is beside
        assert (passages["y"] >= answer["y"] + answer["height"]) is not beside


def test_the_table_is_ordered_and_filtered_without_a_script(report, new_page):
    page = new_page(viewport=DESKTOP, java_script_enabled=False)
    page.goto(report["one run"])
    rows = page.locator(".rows .body > *")
    expect(rows).to_have_count(8)
    page.get_by_label("as in the file").check()
    tops = {row.locator("bdi").first.inner_text(): row.bounding_box()["y"] for row in rows.all()}
    assert sorted(tops, key=tops.__getitem__) == [f"case-{number}" for number in range(8)]
    page.get_by_label("not as expected").check()
    assert sum(row.is_visible() for row in rows.all()) == 6
    page.get_by_label("as expected", exact=True).check()
    assert sum(row.is_visible() for row in rows.all()) == 2


def test_a_marker_leads_to_its_passage_by_keyboard(report, new_page):
    page = new_page(viewport=DESKTOP)
    page.goto(report["one run"])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the report")).to_be_focused()
    marker = page.get_by_role("link", name="source 1").first
    marker.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".passage:target")).to_contain_text("25 days of leave")
