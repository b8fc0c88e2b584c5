"""What a reader chose to have answers from only ever narrows, whatever the page sends."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library import DocumentSummary
from ui.chat.choosing import SHOWN, fields_html, line_html
from ui.chat.texts import languages, texts
from ui.choice import Choice, choice_of, name_of, within


def summary(id, authority="own", published=None, kind="", title=""):
    return DocumentSummary(
        id=id,
        title=title or id,
        publisher="",
        authority=authority,
        published=published,
        language="en",
        pages=0,
        chunks=1,
        derived=frozenset(),
        kind=kind,
    )


SHELF = [
    summary("plan", published="2022-01", kind="strategy"),
    summary("old plan", published="2016-02", kind="strategy"),
    summary("letter", published="2019"),
    summary("site"),
    summary("profile", "third_party", "2024", "report"),
]


def ids(**chosen):
    line = urlencode(chosen, doseq=True)
    found = within(choice_of(line), SHELF, "")
    return None if found is None else found.documents


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        ({}, None),
        ({"own": "1"}, {"plan", "old plan", "letter", "site"}),
        ({"from": "2019"}, {"plan", "letter", "profile"}),
        ({"to": "2019"}, {"old plan", "letter"}),
        ({"from": "2019", "to": "2022"}, {"plan", "letter"}),
        ({"from": "2022", "to": "2019"}, {"plan", "letter"}),
        ({"kind": "strategy"}, {"plan", "old plan"}),
        ({"kind": "strategy", "from": "2020"}, {"plan"}),
        ({"kind": "unheard of"}, set()),
        ({"document": [name_of("plan"), name_of("profile")]}, {"plan", "profile"}),
        ({"document": [name_of("plan"), name_of("profile")], "own": "1"}, {"plan"}),
        ({"document": [name_of("secret")]}, set()),
        ({"document": ["plan"]}, set()),
        ({"from": "20x1", "to": "-400", "other": "1"}, None),
    ],
)
def test_a_choice_leaves_what_fits_all_of_it(chosen, left):
    assert ids(**chosen) == left


@given(
    st.text() | st.dictionaries(st.sampled_from(["own", "from", "to", "kind", "document"]), st.text()).map(urlencode)
)
def test_whatever_is_sent_nothing_is_added(line):
    found = within(choice_of(line), SHELF, "")
    assert found is None or found.documents <= {document.id for document in SHELF}


def test_hidden_and_unknown_look_the_same():
    said = texts("en")
    lines = {
        line_html(within(choice_of(f"document={name_of(id)}"), SHELF[:2], "The club"), said)
        for id in ("letter", "nowhere", "profile")
    }
    assert len(lines) == 1
    assert "No document fits this choice" in lines.pop().replace("&#44;", ",")


@pytest.mark.parametrize("language", languages())
def test_every_choice_has_words(language):
    said = texts(language)
    whole = Choice(own=True, first_year=2016, last_year=2022, kind="strategy", documents=frozenset({name_of("plan")}))
    for choice in (whole, Choice(first_year=2019), Choice(last_year=2019), Choice(documents=frozenset({"nothing"}))):
        line = line_html(within(choice, SHELF, "The club"), said)
        assert "$" not in line
        assert "<p>" in line
    assert "The club" in line_html(within(Choice(own=True), SHELF, "The club"), said)
    assert "The club" not in line_html(within(Choice(own=True), SHELF, ""), said)


def test_fields_show_only_what_there_is_to_choose():
    said = texts("en")
    alone = fields_html([summary("plan")], Choice(), "", said)
    assert "<input" not in alone
    assert "nothing to choose" in alone
    alike = fields_html([summary("one"), summary("two")], Choice(), "", said)
    assert 'name="document"' in alike
    assert not any(f'name="{field}"' in alike for field in ("own", "from", "to", "kind"))
    every = fields_html(SHELF, Choice(), "The club", said)
    assert all(f'name="{field}"' in every for field in ("own", "from", "to", "kind", "document"))


def test_a_long_list_shows_its_beginning_and_what_is_chosen():
    shelf = [summary(f"report {n}") for n in range(1000)]
    html = fields_html(shelf, Choice(documents=frozenset({name_of("report 900")})), "", texts("en"))
    items = html.split("<li")[1:]
    assert len(items) == 1000
    shown = [item for item in items if not item.startswith(" hidden")]
    assert len(shown) == SHOWN
    assert "report 900" in shown[0]
    assert "checked" in shown[0]


def test_what_documents_say_of_themselves_stays_text():
    hostile = summary('"><script>1</script>', kind='"><img src=x>', title="<b>[1](x)</b>")
    html = fields_html([hostile, summary("plan")], Choice(), "<i>", texts("en"))
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>" not in html
    assert "\n" not in html
