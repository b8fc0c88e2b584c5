"""The examples of docs/api.md, run as they stand there, against a running server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from assistant.settings import Settings, load_settings
from assistant.testing import assistant_over, read
from tests.api_client import token
from tests.serving import serving
from ui.access.views import Views
from ui.api.application import PREFIX, create_api
from ui.api.description import description
from ui.api.problem_responses import PROBLEMS
from ui.testing import FakeAssistant

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
TEXT = PAGE.read_text(encoding="utf-8")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = "http://127.0.0.1:7860"
PLAN = (
    "Membership\n\nAny organisation that shares our values can become a member. The board decides twice a year.\n\n"
    "Fees\n\nA member pays 40 euros a year.\n"
)
SHOWN = {
    "Ask": "[1]",
    "Ask, event by event": "finished",
    "With a token": "1",
    "Search": "can become a member",
    "Documents": "strategic-plan-2021-2025",
    "Text": "Membership",
    "Feedback": "204",
    "Probes": '"status":"ready"',
}
"""What the examples under each heading show, whatever they are written in."""
PROGRAMS = {
    "sh": ("curl", ["bash", "-euo", "pipefail", "-c"]),
    "python": (sys.executable, [sys.executable, "-W", "error", "-c"]),
    "javascript": ("node", ["node", "--input-type=module", "-e"]),
}


class Example(NamedTuple):
    heading: str
    language: str
    code: str


def examples() -> list[Example]:
    found = []
    for part in re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]:
        heading = part.partition("\n")[0]
        found += [Example(heading, *match) for match in FENCE.findall(part)]
    return found


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("home")
    return load_settings({"PICUM_HOME": str(home), "PICUM_LLM": "none", "PICUM_FEEDBACK": "true"})


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    documents = [read("strategic-plan-2021-2025", PLAN, title="Strategic plan", published="2021")]
    with serving(assistant_over(documents), settings=settings) as address:
        yield address


@pytest.fixture(scope="module")
def bearer(settings: Settings) -> str:
    return token(settings)["authorization"].removeprefix("Bearer ")


def needed(language: str) -> list[str]:
    """What runs an example. Skips without the program, or fails where it is required."""
    program, command = PROGRAMS[language]
    if shutil.which(program) is None:
        why = f"The examples in {language} of docs/api.md need {program} in the PATH."
        if os.environ.get("PICUM_REQUIRE_BROWSER") == "1":
            pytest.fail(f"PICUM_REQUIRE_BROWSER=1, but: {why}")
        pytest.skip(why)
    return command


@pytest.mark.parametrize("number", range(len(examples())), ids=lambda n: "-".join(examples()[n][:2]).replace(" ", "_"))
def test_every_example_runs(number: int, address: str, bearer: str) -> None:
    example = examples()[number]
    command = needed(example.language)
    assert ADDRESS in example.code
    done = subprocess.run(
        [*command, example.code.replace(ADDRESS, address)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": os.environ["PATH"], "TOKEN": bearer, "NO_PROXY": "127.0.0.1", "PYTHONUTF8": "1"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert SHOWN[example.heading] in done.stdout


def test_every_way_is_shown_in_every_language() -> None:
    shown = {(example.heading, example.language) for example in examples()}
    assert shown == {(heading, language) for heading in SHOWN for language in PROGRAMS} - {
        ("Probes", "python"),
        ("Probes", "javascript"),
    }


def test_every_address_and_every_status_is_explained() -> None:
    described = description(create_api(Views(FakeAssistant(), load_settings({}).limits)))
    addresses = {
        f"{method.upper()} {PREFIX}{path}" for path, methods in described["paths"].items() for method in methods
    }
    assert set(re.findall(r"^\| `((?:GET|POST) [^`]+)` \|", TEXT, re.MULTILINE)) == addresses
    rows = dict(re.findall(r"^\| (\d{3}) \| (.+) \|$", TEXT, re.MULTILINE))
    assert {int(status) for status in rows} == {*PROBLEMS, 405, 421}
    for status, (meaning, _) in PROBLEMS.items():
        assert rows[str(status)].startswith(meaning.split(".")[0].split("; ")[0]), status
