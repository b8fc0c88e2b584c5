"""From a passage to the file that it stands in, and shared addresses of documents that were read anew since."""

import hashlib

import pytest
from playwright.sync_api import expect

from assistant.settings import load_settings
from ingest.document import Page as SheetOfPaper
from ingest.readers.testing import PdfText, make_pdf
from tests.serving import serving
from ui.sources import source_path
from ui.testing import FakeAssistant, FakeSource, make_answer, make_citation

FIRST, SECOND = "The plan of the club.", "The fee is 40 euros."
TEXT = f"{FIRST}\n\n{SECOND}\n"
START = TEXT.index(SECOND)
CITED = make_citation(1, SECOND, document="plan", start=START, page=2, url="https://example.org/plan")
HOSTILE = '<html><script>document.title = "ran"</script><h1 onclick="x">A page</h1></html>'


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    corpus = tmp_path_factory.mktemp("corpus")
    (corpus / "plan.pdf").write_bytes(make_pdf([[PdfText(FIRST, 700)], [PdfText(SECOND, 700)]]))
    for name in ("page.txt", "page.html", "page.svg"):
        (corpus / name).write_text(HOSTILE, encoding="utf-8")
    return corpus


@pytest.fixture(scope="module")
def fake(corpus):
    def source(name, text):
        return FakeSource(text=text, path=name, sha256=hashlib.sha256((corpus / name).read_bytes()).hexdigest())

    sources = {name: source(name, HOSTILE) for name in ("page.txt", "page.html", "page.svg")}
    plan = source("plan.pdf", TEXT)
    sheets = (SheetOfPaper(number=1, start=0, end=START), SheetOfPaper(number=2, start=START, end=len(TEXT)))
    sources["plan"] = FakeSource(text=TEXT, path=plan.path, sha256=plan.sha256, pages=sheets)
    # The same document, read anew: the words stand elsewhere, in other lines; or not at all.
    moved = f"A new beginning of many words.\n\n{SECOND.replace(' ', chr(10), 1)}\n"
    sources |= {"moved": FakeSource(text=moved), "gone": FakeSource(text=FIRST)}
    answer = make_answer(("It costs 40 euros.", (1,)), citations=[CITED])
    return FakeAssistant({"What does it cost?": answer}, sources=sources)


@pytest.fixture(scope="module")
def address(fake, corpus, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    settings = load_settings({"PICUM_LLM": "none", "PICUM_HOME": str(home), "PICUM_CORPUS": str(corpus)})
    with serving(fake, settings=settings, grace_s=1) as address:
        yield address


def test_from_an_answer_to_the_page_of_its_file(address, new_page, ask):
    page = new_page()
    page.goto(address)
    expect(page.locator("#question textarea")).to_be_visible()
    ask(page, "What does it cost?")
    expect(page.locator(".turn-1.is-over")).to_be_visible()
    page.locator(".turn-1 a.marker").click()
    with page.context.expect_page() as opened:
        page.locator("#source-1-1 .read").click()
    source = opened.value
    expect(source.locator("mark")).to_have_text(SECOND)
    link = source.get_by_role("link", name="Open the original file (PDF, page 2)")
    expect(link).to_have_attribute("href", "/original/plan#page=2")
    answer = source.request.get(f"{address}/original/plan")
    assert answer.body().startswith(b"%PDF-")
    assert (answer.headers["content-type"], answer.headers["content-disposition"][:6]) == ("application/pdf", "inline")


def test_a_card_is_copied_as_a_quotation_with_its_reference(address, new_page, ask):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(address)
    expect(page.locator("#question textarea")).to_be_visible()
    ask(page, "What does it cost?")
    copy = page.locator("#source-1-1").get_by_role("button", name="Copy as quotation")
    copy.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#source-1-1").get_by_role("button", name="Copied")).to_be_visible()
    words, reference, *rest = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert words == f"“{SECOND}”"
    for part in ("The organisation", "The plan", "2022-01", "page 2"):
        assert part in reference
    assert rest[0] == "https://example.org/plan"


@pytest.mark.parametrize(("name", "saved"), [("page.txt", False), ("page.html", True), ("page.svg", True)])
def test_no_file_runs_as_a_page_of_this_site(address, new_page, name, saved):
    """Without the policy too: a text is text, all else is saved and not opened."""
    page = new_page(bypass_csp=True, accept_downloads=True)
    page.goto(f"{address}/source/{name}?lang=en")
    link = page.get_by_role("link", name="Open the original file")
    if saved:
        with page.expect_download() as started:
            link.click()
        assert started.value.suggested_filename == name
        assert page.url.startswith(f"{address}/source/")
    else:
        link.click()
        expect(page.locator("pre")).to_contain_text("<script>")
    assert page.title() != "ran"
    assert page.locator("h1[onclick]").count() == 0


@pytest.mark.parametrize(("document", "marked", "says"), [
    ("moved", ["The fee is 40 euros"], "The document has changed since the link was made"),
    ("gone", [], "This passage is no longer in the document."),
])  # fmt: skip
def test_an_address_from_before_finds_its_words_again_or_says_so(address, new_page, document, marked, says):
    page = new_page(java_script_enabled=False)
    # Made of the plan as it was, opened on what has become of it.
    before = source_path("plan", CITED.start, CITED.end, "en", quote=SECOND)
    page.goto(f"{address}/{before.replace('/plan?', f'/{document}?')}")
    assert [" ".join(words.split()) for words in page.locator("mark").all_text_contents()] == marked
    expect(page.locator(".fate")).to_contain_text(says)
    if marked:
        expect(page.locator("mark")).to_be_in_viewport()
