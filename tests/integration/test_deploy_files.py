"""The files in deploy/: settings that load and name every key, units that systemd takes, a container file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from assistant.door_settings import TABLES, tables_text
from assistant.settings import ENVIRONMENT_ONLY, SECRETS, Settings, load_settings
from tests.serving import ROOT
from ui.access.entrance import why_not_safe

DEPLOY = ROOT / "deploy"
UNITS = ["picum-assistant@.service", "picum-models.service"]


def need(program: str) -> str:
    """The path of a program; the test is skipped without it, or fails where it is required."""
    if found := shutil.which(program):
        return found
    if os.environ.get("PICUM_REQUIRE_BROWSER") == "1":
        pytest.fail(f"PICUM_REQUIRE_BROWSER=1, but there is no {program} in the PATH.")
    pytest.skip(f"Units are looked at with {program}; on Debian: apt-get install systemd.")


def keys_in(text: str) -> dict[str, set[str]]:
    """The keys of each table in a settings file, also those that are commented out; "" is the top."""
    found: dict[str, set[str]] = {"": set()}
    table = ""
    for line in text.splitlines():
        if heading := re.fullmatch(r"(?:# )?\[([\w.-]+)\]", line):
            table = re.sub(r"^embeds\..+", "embeds.NAME", heading[1])
            found.setdefault(table, set())
        elif key := re.match(r"(?:# )?(\w+) = ", line):
            found[table].add(key[1])
    return found


def test_the_settings_file_loads_and_is_safe(tmp_path: Path) -> None:
    settings = load_settings({"PICUM_HOME": str(tmp_path), "PICUM_CONFIG": str(DEPLOY / "picum.toml")})
    # Examples are commented out, so that nobody runs with somebody else's sites.
    assert (settings.embeds, settings.groups) == ({}, {})
    assert why_not_safe(settings) is None


def test_every_key_stands_in_the_settings_file_and_no_other(tmp_path: Path) -> None:
    found = keys_in((DEPLOY / "picum.toml").read_text(encoding="utf-8"))
    top = set(Settings.model_fields) - ENVIRONMENT_ONLY - SECRETS - {"login", "groups", "embeds", "limits"}
    assert found.pop("") == top
    groups = found.pop("groups")
    assert groups
    assert found == {heading: set(table.model_fields) for heading, table in TABLES.items()}


def test_what_is_commented_out_loads_too(tmp_path: Path) -> None:
    text = (DEPLOY / "picum.toml").read_text(encoding="utf-8")
    file = tmp_path / "picum.toml"
    file.write_text(re.sub(r"^# (?=\w+ = |\[[\w.-]+\]$)", "", text, flags=re.MULTILINE), encoding="utf-8")
    settings = load_settings({"PICUM_HOME": str(tmp_path)})
    assert (len(settings.embeds), len(settings.groups)) == (3, 2)
    for name, value in tomllib.loads(file.read_text(encoding="utf-8")).items():
        assert name in Settings.model_fields
        if isinstance(value, bool | int | float | str) and name not in {"today", "corpus"}:
            assert str(getattr(settings, name)) == str(value) or float(getattr(settings, name)) == float(value)


def test_the_tables_of_the_documentation_are_those_of_the_code() -> None:
    """To renew them: python -c "from assistant.door_settings import tables_text; print(tables_text())"."""
    text = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"<!-- tables -->\n(.*?)\n<!-- /tables -->", text, flags=re.DOTALL)
    assert found.strip() == tables_text()


@pytest.fixture
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A unit whose program and folders are there."""
    name = str(request.param)
    program = tmp_path / "picum-assistant"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    text = (
        (DEPLOY / name)
        .read_text(encoding="utf-8")
        .replace("/opt/picum-assistant/.venv/bin/picum-assistant", str(program))
    )
    copy = tmp_path / name.replace("@.", "@7861.")
    copy.write_text(re.sub(r"^(User|Group)=picum$", r"\1=daemon", text, flags=re.MULTILINE), encoding="utf-8")
    return copy


@pytest.mark.parametrize("unit", UNITS, indirect=True)
def test_systemd_takes_the_units(unit: Path) -> None:
    command = [need("systemd-analyze"), "verify", "--man=no", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if unit.name in line]
    assert (done.returncode, said) == (0, []), done.stderr


@pytest.mark.parametrize("unit", UNITS, indirect=True)
def test_the_units_leave_little_open(unit: Path) -> None:
    """systemd's own measure: 0 is closed, 10 is open; from 4 on it says "medium"."""
    command = [need("systemd-analyze"), "security", "--offline=true", "--no-pager", "--threshold=20", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_units_and_the_proxy_name_the_same_ports() -> None:
    proxy = (DEPLOY / "nginx" / "picum.conf").read_text(encoding="utf-8")
    unit = (DEPLOY / "picum-assistant@.service").read_text(encoding="utf-8")
    ports = set(re.findall(r"server 127\.0\.0\.1:(\d+)", proxy))
    assert ports == set(re.findall(r"picum-assistant@(\d+)", unit))
    scraped = yaml.safe_load((DEPLOY / "prometheus.yml").read_text(encoding="utf-8"))
    (job,) = scraped["scrape_configs"]
    assert {target.split(":")[1] for target in job["static_configs"][0]["targets"]} == ports
    model = (DEPLOY / "picum-models.service").read_text(encoding="utf-8")
    (port,) = set(re.findall(r"--port (\d+)", model))
    assert f"http://127.0.0.1:{port}/v1#local" in model
    assert f"http://127.0.0.1:{port}/v1#local" in (DEPLOY / "picum.toml").read_text(encoding="utf-8")


def test_the_container_holds_nobody_who_may_do_all_and_no_secret() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    *_, run = text.split("\nFROM ")
    assert re.findall(r"^USER (.+)$", run, flags=re.MULTILINE) == ["10001"]
    assert "VOLUME /data" in run
    assert "HEALTHCHECK" in run
    images = re.findall(r"^FROM (.+)$", text, flags=re.MULTILINE)
    assert all(re.fullmatch(r"\S+:[\w.-]*\d[\w.-]*(?: AS \w+)?", image) for image in images)
    assert "SECRET" not in text
    assert "KEY" not in text
    torch = re.search(r"^TORCH = (\S+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert torch is not None
    assert f"pip install {torch[1]} " in text
    copied = {name for line in re.findall(r"^COPY (?!--)(.+) \S+$", text, flags=re.MULTILINE) for name in line.split()}
    assert all((ROOT / name).exists() for name in copied)
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    assert {package.split(".")[0] for package in packages} <= copied


def test_the_container_file_passes_the_linter() -> None:
    if (program := shutil.which("hadolint")) is None:
        pytest.skip("The container file is looked at with hadolint; `make hadolint` does that.")
    done = subprocess.run([program, str(DEPLOY / "Containerfile")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
