"""Every fixed sentence in every language, read strictly; its version in a fingerprint."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path
from string import Template

import pytest

from prompts.loader import VARIABLES, PhraseError, digest, fingerprint, languages, phrases, read_phrases

EVERY = [(language, name) for language in languages() for name in VARIABLES]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped phrases that a test may change."""
    return Path(shutil.copytree(str(files("prompts") / "phrases"), tmp_path / "phrases"))


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_every_phrase_says_its_variables_and_is_plain_text(language: str, name: str) -> None:
    values = {variable: f"<{variable}>" for variable in VARIABLES[name]}
    said = phrases(language).say(name, **values)
    assert all(value in said for value in values.values())
    assert said == " ".join(said.split())
    # Brackets would be taken for markers, signs of Markdown for layout.
    assert not set(said) & set("[]*_#`$"), said
    assert said != phrases("en").say(name, **values) or language == "en"


@pytest.mark.parametrize("language", languages())
def test_refusals_are_sentences_and_labels_lead_to_what_follows(language: str) -> None:
    said = phrases(language)
    assert said.language == language
    for name in [name for name in VARIABLES if name in ("not_in_documents", "declined") or name.startswith("lacking_")]:
        assert said.say(name, **dict.fromkeys(VARIABLES[name], "X")).endswith(".")
    assert said.say("ask_about", titles="X").endswith("X.")
    for label in (said.say("nearest"), said.say("further"), said.say("according_to", source="X")):
        assert label.endswith(":")


def test_an_unknown_language_speaks_english() -> None:
    assert phrases("xx").language == "en"
    assert phrases("xx").texts == phrases("en").texts


def test_values_are_never_templates() -> None:
    assert "$title ${title} $$" in phrases("en").say("superseded", title="$title ${title} $$")


def test_a_missing_variable_or_phrase_is_an_error() -> None:
    with pytest.raises(KeyError, match="title"):
        phrases("en").say("superseded")
    with pytest.raises(KeyError, match="hello"):
        phrases("en").say("hello")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: text + '\nhello = "Hello."', "'hello', which is not declared"),
        (lambda text: text.replace("nearest =", "# nearest ="), "lacks the phrase 'nearest'"),
        (lambda text: text.replace('"Further passages:"', '"  "'), "lacks the phrase 'further'"),
        (lambda text: text.replace('"Further passages:"', "5"), "lacks the phrase 'further'"),
        (lambda text: text.replace("$year", "$jahr"), "'expired' must hold \\$year"),
        (lambda text: text.replace("$year", "2020"), "'expired' must hold \\$year"),
        (lambda text: text.replace("$year", "$year $title"), "'expired' must hold \\$year"),
        (lambda text: text.replace("$year", "$year for 5 $"), "'expired' must hold \\$year"),
        (lambda text: text.replace("Further passages:", "Further $passages:"), "'further' must hold no variables"),
        (lambda text: text + "\nnearest", "not valid TOML"),
    ],
)
def test_a_file_that_is_not_as_declared_is_named(folder: Path, change, problem: str) -> None:
    file = folder / "en.toml"
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(PhraseError, match=problem) as caught:
        read_phrases(folder, "en")
    assert "prompts/phrases/en.toml" in str(caught.value)


def test_a_file_that_is_not_utf8_is_named(folder: Path) -> None:
    (folder / "fr.toml").write_bytes("further = 'é'".encode("latin-1"))
    with pytest.raises(PhraseError, match=r"fr\.toml is not valid TOML"):
        read_phrases(folder, "fr")


@pytest.mark.parametrize("language", languages())
def test_the_fingerprint_changes_with_every_text(folder: Path, language: str) -> None:
    assert digest(folder) == fingerprint()
    assert len(fingerprint()) == 12
    file = folder / f"{language}.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(":", ";", 1), encoding="utf-8")
    assert digest(folder) != fingerprint()
    file.rename(folder / "xx.toml")
    file.with_name("xx.toml").write_text(text, encoding="utf-8")
    assert digest(folder) != fingerprint()


def test_every_phrase_is_declared_once_for_all_languages() -> None:
    for language in languages():
        assert phrases(language).texts.keys() == VARIABLES.keys()
        for name, text in phrases(language).texts.items():
            assert set(Template(text).get_identifiers()) == VARIABLES[name]
