"""The README says what is there."""

from __future__ import annotations

import re
from pathlib import Path

from assistant.settings import settings_table

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"


def makefile_verbs() -> set[str]:
    lines = re.findall(r"^\.PHONY:(.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {verb for line in lines for verb in line.split()}


def test_the_table_of_settings_is_the_one_of_the_code() -> None:
    """To renew it: python -c "from assistant.settings import settings_table; print(settings_table())"."""
    found = re.findall(
        r"<!-- settings -->\n(.*?)\n<!-- /settings -->", README.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    assert [table.strip() for table in found] == [settings_table()]


def test_every_make_verb_of_the_readme_exists() -> None:
    named = set(re.findall(r"(?:^|`)(?:\$ )?make ([a-z]+)", README.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert {"serve", "test"} <= named
    assert named <= makefile_verbs()


def test_make_help_names_every_verb_but_the_inner_ones() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r"^## make (\w+)", makefile, flags=re.MULTILINE)) == makefile_verbs() - {"help", "embedding"}
