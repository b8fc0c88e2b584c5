"""Which headings make a question, whatever the documents are about."""

import pytest

from assistant.headings import asked_heading


@pytest.mark.parametrize(
    ("heading", "asked"),
    [
        ("Membership fees", "Membership fees"),
        ("2.1 Membership  fees", "Membership fees"),
        ("IV. Membership fees.", "Membership fees"),
        ("Who can join?", "Who can join?"),
        ("Our work on housing (2019)", "Our work on housing (2019)"),
        ("Introduction", ""),
        ("WHO CAN JOIN?", ""),
        ("OUR GOALS FOR THE YEAR", ""),
        ("2016 2020", ""),
        ("Table 3 4 5 6 7 8", ""),
        ("of the members and their fees", ""),
        ("Members, fees and", ""),
        ("Members and their", ""),
        ("Members and fees:", ""),
        ("Members and their fees;", ""),
        ("Members (and fees", ""),
        ("Who we are", ""),
        ("", ""),
        ("A " + "very " * 20 + "long heading", ""),
    ],
)
def test_a_heading_is_asked_about_or_not(heading, asked):
    assert asked_heading(heading, "en") == asked


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("de", "Beiträge der Mitglieder"),
        ("fr", "Les cotisations des membres"),
        ("ar", "رسوم العضوية"),
        ("el", "Τέλη μελών"),
        ("el", "Ποιος μπορεί να γίνει μέλος;"),
    ],
)
def test_headings_of_other_languages_are_asked_about(language, heading):
    assert asked_heading(heading, language) == heading
