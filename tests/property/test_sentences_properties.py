"""What holds of sentence boundaries for any text in any language."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import split_sentences

LANGUAGES = st.sampled_from(["en", "de", "fr", "es", "pl", "cs", "el", "tr", "ru", "ar", "zh", "pt-BR", "und", ""])
PIECES = """
The Nächste être 5 12. 2019 1. a) (iii) (see J. z. B. e.g. U.S. No. art. etc. Abs. г. 3. Mai it” «Oui » ? ! ... … “Yes.”
"Stop!" 'So.' ( ) [3] states.3 care.¹ • - – ; : · Ποιος; γιατί; https://example.org/a.b?c=1. a@b.org. 3.5% 法律。 他！
”他 نعم؟ حق. है। **Bold.** […] § 87 €3 It we é \u200b ß. İ. ǅ.
"""
SPACES = st.sampled_from([" ", "\n", "  ", " \n ", "\t", "\u00a0", "\u2009", "\r\n", "\x85", ""])
LIKE_PROSE = st.lists(st.tuples(st.sampled_from(PIECES.split()), SPACES), max_size=40).map(
    lambda pairs: "".join(a + b for a, b in pairs)
)
TEXTS = LIKE_PROSE | st.text(max_size=80) | st.text(alphabet=".!?…“”\"'»« ()[]a1A\n;", max_size=60)


@given(TEXTS, LANGUAGES)
def test_spans_ascend_apart_and_leave_out_nothing_but_white_space(text: str, language: str) -> None:
    at = 0
    for start, end in split_sentences(text, language):
        assert start >= at
        assert end > start
        assert not text[at:start].strip()
        sentence = text[start:end]
        assert sentence == sentence.strip()
        at = end
    assert not text[at:].strip()


@given(TEXTS, LANGUAGES)
def test_every_sentence_says_something_unless_the_text_says_nothing(text: str, language: str) -> None:
    sentences = [text[start:end] for start, end in split_sentences(text, language)]
    assert len(sentences) <= 1 or all(any(character.isalnum() for character in sentence) for sentence in sentences)


@given(LIKE_PROSE, LANGUAGES, st.data())
def test_the_kind_of_white_space_does_not_matter(text: str, language: str, data: st.DataObject) -> None:
    spaces = st.sampled_from(" \n\t\u00a0")
    rewrapped = "".join(data.draw(spaces) if character.isspace() else character for character in text)
    assert split_sentences(rewrapped, language) == split_sentences(text, language)


@given(LIKE_PROSE, LANGUAGES, st.integers(2, 5))
def test_the_amount_of_white_space_does_not_matter(text: str, language: str, times: int) -> None:
    narrow = " ".join(text.split())
    wide = narrow.replace(" ", " " * times)
    assert [" ".join(wide[a:b].split()) for a, b in split_sentences(wide, language)] == [
        narrow[a:b] for a, b in split_sentences(narrow, language)
    ]
