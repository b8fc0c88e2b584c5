"""What each stretch of a document is, for documents of the kinds that organisations have."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from ingest.document import BlockKind, Document, Mark, Metadata, Page
from ingest.readers.registry import read_bytes
from ingest.readers.testing import PdfText, make_pdf
from ingest.structure import find_blocks

SHORT = {
    BlockKind.HEADING: "H",
    BlockKind.PARAGRAPH: "P",
    BlockKind.LIST_ITEM: "L",
    BlockKind.TABLE_ROW: "T",
    BlockKind.FOOTNOTE: "N",
    BlockKind.FURNITURE: "F",
    BlockKind.CONTENTS: "C",
}
PROSE = (
    "The network brings together organisations that give advice, shelter and health care to people without papers. In "
    "the past year its members answered more than forty thousand questions and went to court in twelve cases. Most of "
    "those who came had lived in the country for years."
)


def read(name: str, data: str | bytes, *, title: str = "T") -> Document:
    result = read_bytes(data.encode() if isinstance(data, str) else data, Path(name))
    metadata = Metadata(title=title, language="en")
    return Document(
        id="d", path=name, sha256="0", text=result.text, metadata=metadata, pages=result.pages, marks=result.marks
    )


def outline(document: Document) -> list[str]:
    """One line for each block: its kind, its level if it has one, and its words less gaps."""
    rows = []
    for block in find_blocks(document):
        text, at = "", block.start
        for gap in block.gaps:
            text, at = f"{text}{document.text[at : gap.start]} ", gap.end
        words = " ".join((text + document.text[at : block.end]).split())
        rows.append(f"{SHORT[block.kind]}{block.level or ''} {words}")
    return rows


POLICY = """
Safeguarding Policy

1 Scope

1.1 This policy applies to all staff.
1.2 It also applies to partners who receive funds from us and to consultants
under contract.

2 Duties

2.1 Staff must
(a) report every concern;
(b) keep records.

Article 3 Complaints

Complaints are sent to the focal point.

§ 4

It is reviewed every two years.
"""
POLICY_OUTLINE = """
H2 Safeguarding Policy
H3 1 Scope
P 1.1 This policy applies to all staff.
P 1.2 It also applies to partners who receive funds from us and to consultants under contract.
H3 2 Duties
H4 2.1 Staff must
L1 (a) report every concern;
L1 (b) keep records.
H2 Article 3 Complaints
P Complaints are sent to the focal point.
H2 § 4
P It is reviewed every two years.
"""

LAW = """
Abschnitt 1
Allgemeine Bestimmungen

§ 1 Zweck des Gesetzes

(1) Das Gesetz dient der Steuerung des Zuzugs. Es gestaltet Zuwanderung.

(2) Dieses Gesetz findet keine Anwendung auf Ausländer,
1. deren Rechtsstellung anders geregelt ist,
2. die nach den §§ 18 bis 20 nicht der Gerichtsbarkeit unterliegen.

§ 2 Begriffe

(1) Ausländer ist jeder, der nicht Deutscher ist.
"""
LAW_OUTLINE = """
H2 Abschnitt 1
H3 Allgemeine Bestimmungen
H4 § 1 Zweck des Gesetzes
L1 (1) Das Gesetz dient der Steuerung des Zuzugs. Es gestaltet Zuwanderung.
L1 (2) Dieses Gesetz findet keine Anwendung auf Ausländer,
L2 1. deren Rechtsstellung anders geregelt ist,
L2 2. die nach den §§ 18 bis 20 nicht der Gerichtsbarkeit unterliegen.
H4 § 2 Begriffe
L1 (1) Ausländer ist jeder, der nicht Deutscher ist.
"""

STATUTE = """
Rozdział I
Postanowienia ogólne

§ 1
Stowarzyszenie nosi nazwę „Razem”.

§ 2
Celem Stowarzyszenia jest:
1) pomoc prawna;
2) nauka języka.
"""
STATUTE_OUTLINE = """
H2 Rozdział I
H3 Postanowienia ogólne
H4 § 1
P Stowarzyszenie nosi nazwę „Razem”.
H4 § 2
P Celem Stowarzyszenia jest:
L1 1) pomoc prawna;
L1 2) nauka języka.
"""

MINUTES = """
Minutes of the General Meeting
Saturday 12 June 2021, online

Present: A. Jansen (chair), B. Costa
Apologies: D. Ruiz

1. Opening
The chair opens the meeting at 10:05.

2. Accounts
Decision: the accounts are approved with 41 votes for and 2 abstentions.

Action points
- Secretariat sends the draft plan by 1 July
- Members comment by 15 August
"""
MINUTES_OUTLINE = """
H2 Minutes of the General Meeting
H3 Saturday 12 June 2021, online
P Present: A. Jansen (chair), B. Costa
P Apologies: D. Ruiz
H1 1. Opening
P The chair opens the meeting at 10:05.
H1 2. Accounts
P Decision: the accounts are approved with 41 votes for and 2 abstentions.
H2 Action points
L1 - Secretariat sends the draft plan by 1 July
L1 - Members comment by 15 August
"""

QUESTIONS = """
Preguntas frecuentes

¿Puedo ir al médico sin papeles?
Sí. En una urgencia, todo hospital debe atenderle.

¿Cuánto cuesta?
Depende. Algunas ciudades tienen fondos:
• Madrid
• Sevilla
"""
QUESTIONS_OUTLINE = """
H2 Preguntas frecuentes
H3 ¿Puedo ir al médico sin papeles?
P Sí. En una urgencia, todo hospital debe atenderle.
H2 ¿Cuánto cuesta?
P Depende. Algunas ciudades tienen fondos:
L1 • Madrid
L1 • Sevilla
"""

PRESS = """
New rules put children at risk

Brussels, 12 March 2024. The Parliament will vote on a regulation that allows the detention of children.

The organisations ask for two changes:
• No detention of children
• Legal aid from the first day

Contact
Maria Costa, press officer
press@example.org

Notes to editors
1. The network has 120 members.
2. The letter is at https://example.org/letter.
"""
PRESS_OUTLINE = """
H2 New rules put children at risk
P Brussels, 12 March 2024. The Parliament will vote on a regulation that allows the detention of children.
P The organisations ask for two changes:
L1 • No detention of children
L1 • Legal aid from the first day
H2 Contact
P Maria Costa, press officer press@example.org
H2 Notes to editors
L1 1. The network has 120 members.
L1 2. The letter is at https://example.org/letter.
"""

NEWSLETTER = """
Subject: Newsletter April 2023
Date: Mon, 3 Apr 2023

=====================
NEWSLETTER APRIL 2023
=====================

In this issue:
1. New report on permits
2. Court rules on care

---------------------
1. New report on permits
---------------------

Our new report compares permits. It finds
that permits tied to one employer lead to abuse.

> We will study it, said the minister.
"""
NEWSLETTER_OUTLINE = """
P Subject: Newsletter April 2023
P Date: Mon, 3 Apr 2023
F =====================
H2 NEWSLETTER APRIL 2023
F =====================
P In this issue:
L1 1. New report on permits
L1 2. Court rules on care
F ---------------------
H2 1. New report on permits
F ---------------------
P Our new report compares permits. It finds that permits tied to one employer lead to abuse.
P > We will study it, said the minister.
"""

REPORT_WITH_CONTENTS = """
Rapport d'activité

Sommaire
Éditorial ........ 3
Nos actions ........ 5
Comptes ........ 9

Éditorial

L'année a été marquée par la crise.

Nos actions

1. L'accueil

Nos bénévoles orientent les personnes vers :
– l'hébergement ;
– les soins.

Comptes

Les recettes s'élèvent à 450 000 €.
"""
REPORT_WITH_CONTENTS_OUTLINE = """
H3 Rapport d'activité
C Sommaire
C Éditorial ........ 3
C Nos actions ........ 5
C Comptes ........ 9
H2 Éditorial
P L'année a été marquée par la crise.
H2 Nos actions
H3 1. L'accueil
P Nos bénévoles orientent les personnes vers :
L1 – l'hébergement ;
L1 – les soins.
H2 Comptes
P Les recettes s'élèvent à 450 000 €.
"""

WITHOUT_BLANK_LINES = """
Jahresbericht 2021
Vorwort
Liebe Mitglieder, das vergangene Jahr war für unseren Verein nicht leicht. Die Bera-
tung musste über Wochen geschlossen bleiben, und viele Ehrenamtliche konnten nicht
helfen. Dennoch haben wir 1.340 Menschen beraten, mehr als je zuvor.
Unsere Forderungen sind:
- Abschaffung der Übermittlungspflicht im Gesundheitswesen, damit niemand aus Angst auf
eine Behandlung verzichtet
- Zugang zu Kinder- und Jugendhilfe
Finanzen
Die Einnahmen betrugen 210.000 Euro, davon kamen zwei Drittel aus Spenden. Der Rest kam
von Stiftungen.
"""
WITHOUT_BLANK_LINES_OUTLINE = """
H2 Jahresbericht 2021
H3 Vorwort
P Liebe Mitglieder, das vergangene Jahr war für unseren Verein nicht leicht. Die Bera- tung musste über Wochen \
geschlossen bleiben, und viele Ehrenamtliche konnten nicht helfen. Dennoch haben wir 1.340 Menschen beraten, mehr als \
je zuvor.
P Unsere Forderungen sind:
L1 - Abschaffung der Übermittlungspflicht im Gesundheitswesen, damit niemand aus Angst auf eine Behandlung verzichtet
L1 - Zugang zu Kinder- und Jugendhilfe
H2 Finanzen
P Die Einnahmen betrugen 210.000 Euro, davon kamen zwei Drittel aus Spenden. Der Rest kam von Stiftungen.
"""

INDENTED = """
   The network was founded in 1998 by seven organisations that gave legal aid
to people without papers. It has grown since then to more than ninety members.
   Members meet once a year. They elect a board of nine persons, of whom three
leave each year, and they decide on the budget.
   The board has decided to open two new offices.
"""
INDENTED_OUTLINE = """
P The network was founded in 1998 by seven organisations that gave legal aid to people without papers. It has grown \
since then to more than ninety members.
P Members meet once a year. They elect a board of nine persons, of whom three leave each year, and they decide on the \
budget.
P The board has decided to open two new offices.
"""

JUDGMENT = """
12. The applicant claims that the contested decision infringes Article
5. The Court notes that, according to settled case-law, a decision must state the
reasons on which it is based, and that those reasons must be clear.

13. In that regard, it must be borne in mind that the obligation follows from Article 41
of the Charter, which applies to all institutions of the Union.
"""
JUDGMENT_OUTLINE = """
L1 12. The applicant claims that the contested decision infringes Article 5. The Court notes that, according to \
settled case-law, a decision must state the reasons on which it is based, and that those reasons must be clear.
L1 13. In that regard, it must be borne in mind that the obligation follows from Article 41 of the Charter, which \
applies to all institutions of the Union.
"""

LISTS = """
We ask for:
- Health
  - doctors
  - nurses
- Housing
  - flats that are
    affordable
- Work

    1. permits
    2. pay
•
Justice for all
"""
LISTS_OUTLINE = """
P We ask for:
L1 - Health
L2 - doctors
L2 - nurses
L1 - Housing
L2 - flats that are affordable
L1 - Work
L2 1. permits
L2 2. pay
L2 • Justice for all
"""

TABLE = "Budget 2022\n\nItem\tPlan\tActual\nStaff\t120,000\t118,340\nRent\t24,000\t24,000\n\nAll figures in euros."
TABLE_OUTLINE = """
H2 Budget 2022
T Item Plan Actual
T Staff 120,000 118,340
T Rent 24,000 24,000
P All figures in euros.
"""

FORM_FEEDS = """
Annual Report 2020                     Helping Hands

1. Our year

The year was a hard one for everybody who works with people on the move. We found places in

                                   3
\fAnnual Report 2020                     Helping Hands

hotels that stood empty. 1,240 people found a roof.

                                   4
"""
FORM_FEEDS_OUTLINE = """
F Annual Report 2020 Helping Hands
H1 1. Our year
P The year was a hard one for everybody who works with people on the move. We found places in hotels that stood empty. \
1,240 people found a roof.
F 3
F Annual Report 2020 Helping Hands
F 4
"""

GREEK = """
Ετήσια Έκθεση

Τι κάνουμε;

Παρέχουμε:
• νομική βοήθεια
• ιατρική φροντίδα

Τα έσοδα ανήλθαν σε 320.000 ευρώ.
"""
GREEK_OUTLINE = """
H2 Ετήσια Έκθεση
H3 Τι κάνουμε;
P Παρέχουμε:
L1 • νομική βοήθεια
L1 • ιατρική φροντίδα
P Τα έσοδα ανήλθαν σε 320.000 ευρώ.
"""
ARABIC = """
من نحن

نحن شبكة من المنظمات. تأسست الشبكة عام 2001.

ماذا نفعل؟

نقدم الخدمات التالية:
- المساعدة
- الرعاية
"""
ARABIC_OUTLINE = """
H2 من نحن
P نحن شبكة من المنظمات. تأسست الشبكة عام 2001.
H2 ماذا نفعل؟
P نقدم الخدمات التالية:
L1 - المساعدة
L1 - الرعاية
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(text, expected, id=name)
        for name, text, expected in [
            ("policy", POLICY, POLICY_OUTLINE),
            ("law", LAW, LAW_OUTLINE),
            ("statute", STATUTE, STATUTE_OUTLINE),
            ("minutes", MINUTES, MINUTES_OUTLINE),
            ("questions", QUESTIONS, QUESTIONS_OUTLINE),
            ("press release", PRESS, PRESS_OUTLINE),
            ("newsletter", NEWSLETTER, NEWSLETTER_OUTLINE),
            ("report with contents", REPORT_WITH_CONTENTS, REPORT_WITH_CONTENTS_OUTLINE),
            ("without blank lines", WITHOUT_BLANK_LINES, WITHOUT_BLANK_LINES_OUTLINE),
            ("indented paragraphs", INDENTED, INDENTED_OUTLINE),
            ("judgment", JUDGMENT, JUDGMENT_OUTLINE),
            ("lists", LISTS, LISTS_OUTLINE),
            ("table", TABLE, TABLE_OUTLINE),
            ("form feeds", FORM_FEEDS, FORM_FEEDS_OUTLINE),
            ("Greek", GREEK, GREEK_OUTLINE),
            ("Arabic", ARABIC, ARABIC_OUTLINE),
            ("one line", "Nobody is illegal.", "P Nobody is illegal."),
            ("nothing", " \n\f\n ", ""),
        ]
    ],
)
def test_plain_text(text: str, expected: str) -> None:
    assert outline(read("a.txt", text) if text.strip() else _bare(text)) == expected.strip().splitlines()


def _bare(text: str, *marks: Mark, pages: tuple[Page, ...] = ()) -> Document:
    metadata = Metadata(title="T", language="en")
    return Document(id="d", path="d", sha256="0", text=text, metadata=metadata, marks=marks, pages=pages)


def test_markdown() -> None:
    text = (
        "# Handbook\n\nWelcome. It is\nfor volunteers.\n\n- Morning\n  - opening\n- Evening\n  1. Dinner\n\n"
        "| Day | Task |\n|---|---|\n| Mon | Cook |\n\n## Empty\n\n## Last\n\nText.[^1]\n\n[^1]: A note."
    )
    assert outline(read("a.md", text)) == [
        "H1 # Handbook",
        "P Welcome. It is for volunteers.",
        "L1 - Morning",
        "L2 - opening",
        "L1 - Evening",
        "L2 1. Dinner",
        "T | Day | Task |",
        "F |---|---|",
        "T | Mon | Cook |",
        "H2 ## Empty",
        "H2 ## Last",
        "P Text.[^1]",
        "N [^1]: A note.",
    ]


def test_a_page_of_a_site() -> None:
    html = (
        "<html><body><main><h1>Health</h1><p>Care is a right.</p><ul><li>Doctors<ul><li>General</li></ul></li>"
        "<li>Nurses</li></ul><table><tr><th>City<th>Beds</tr><tr><td>Rome<td>12</tr></table></main></body></html>"
    )
    assert outline(read("a.html", html)) == [
        "H1 Health",
        "P Care is a right.",
        "L1 Doctors",
        "L2 General",
        "L1 Nurses",
        "T City Beds",
        "T Rome 12",
    ]


def pdf(paragraphs: list[tuple[str, float]], lines_on_page: int) -> bytes:
    """Paragraphs of wrapped lines in their sizes, with a running head and a number on each page."""
    lines = [(line, size, n == 0) for text, size in paragraphs for n, line in enumerate(textwrap.wrap(text, 78))]
    pages = []
    for number, first in enumerate(range(0, len(lines), lines_on_page), start=1):
        y, page = 740.0, [PdfText("Helping Hands – Annual Report", 810, 9)]
        for text, size, begins in lines[first : first + lines_on_page]:
            y -= 28 if begins else 14
            page.append(PdfText(text, y, size))
        pages.append([*page, PdfText(str(number), 40, 9)])
    return make_pdf(pages)


def test_a_report_as_pdf_whose_paragraph_goes_on_on_the_next_page() -> None:
    document = read("a.pdf", pdf([("Annual Report", 20), ("Who we are", 14), (PROSE, 11), (PROSE, 11)], 7))
    assert outline(document) == [
        "F Helping Hands – Annual Report",
        "H1 Annual Report",
        "H2 Who we are",
        f"P {PROSE}",
        f"P {PROSE}",
        "F 1",
        "F Helping Hands – Annual Report",
        "F 2",
    ]
    (split,) = [block for block in find_blocks(document) if block.gaps]
    assert [document.text[gap.start : gap.end].split() for gap in split.gaps] == [
        ["1", "Helping", "Hands", "–", "Annual", "Report"]
    ]


def test_a_page_break_alone_interrupts_no_sentence() -> None:
    text = textwrap.fill(PROSE, 60).split("\n")
    document = _bare("\n".join(text[:3]) + "\n\f\n" + "\n".join(text[3:]))
    assert outline(document) == [f"P {PROSE}"]
    assert find_blocks(document)[0].gaps == ()
    text = (
        "The network brings together organisations that give advice,\n"
        "shelter and health care to people, and has its seat in\n"
        "a house of its own, which stands in the old city of\n"
        "\fDublin, where it was founded by nine members."
    )
    assert outline(_bare(text)) == ["P " + " ".join(text.split())]


def test_a_footnote_at_the_foot_of_a_page_ends_with_the_page() -> None:
    text = (
        "The network was founded by seven organisations that gave\n"
        "legal aid.1 It has grown since then to more than ninety\n"
        "1 Act of May, and of June, and of all the months in the\n"
        "\fmembers, who meet once a year and decide on the budget."
    )
    first, note = outline(_bare(text))
    assert first.endswith("more than ninety members, who meet once a year and decide on the budget.")
    assert note == "N 1 Act of May, and of June, and of all the months in the"


def test_the_name_of_a_part_is_a_line_of_its_own() -> None:
    assert outline(_bare("Art. 5.\nłączy ludzi.\n\n§ 6\ndzieli się z nimi.")) == [
        "H2 Art. 5.",
        "P łączy ludzi.",
        "H2 § 6",
        "P dzieli się z nimi.",
    ]


def test_a_row_that_repeats_its_number_is_one_list() -> None:
    assert outline(_bare("We ask for:\n1. Health\n1. Work\n1. Peace")) == [
        "P We ask for:",
        "L1 1. Health",
        "L1 1. Work",
        "L1 1. Peace",
    ]


def test_marks_of_a_reader_are_believed() -> None:
    text = "we say\nso be it\n\nRow\tone\nRow\ttwo\nnote here\nand there\nPage 4"
    spans = [("heading", 0, 15, 2), ("table_row", 17, 24, 0), ("table_row", 25, 32, 0), ("footnote", 33, 52, 0)]
    marks = [Mark(kind=BlockKind(kind), start=start, end=end, level=level) for kind, start, end, level in spans]
    assert outline(_bare(text, *marks)) == [
        "H2 we say so be it",
        "T Row one",
        "T Row two",
        "N note here and there",
        "F Page 4",
    ]


def test_a_link_label_closes_what_it_stands_under() -> None:
    names = ("health", "work", "law", "youth")
    blocks = find_blocks(_bare("\n\n".join(f"{PROSE}\n\nMore about {name}\n\n" for name in names)))
    assert [block.closes for block in blocks] == [False, True] * 4
    assert not any(block.closes for block in find_blocks(read("a.txt", FORM_FEEDS)))
