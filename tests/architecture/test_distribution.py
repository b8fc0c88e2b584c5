"""What is installed: our packages with their data, and nothing under a licence that would bind the user."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import pytest

from assistant.installation import OF_THE_EXTRA

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETUPTOOLS = PYPROJECT["tool"]["setuptools"]
EXTRA = PYPROJECT["project"]["optional-dependencies"]["assistant"]
REQUIREMENTS = [*PYPROJECT["project"]["dependencies"], *EXTRA]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = {name.lower(): version for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", LOCK, flags=re.MULTILINE)}


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_package_is_listed_by_hand() -> None:
    top = {name.split(".")[0] for name in SETUPTOOLS["packages"]}
    found = {path.parent for name in top for path in (ROOT / name).rglob("__init__.py")}
    assert sorted(SETUPTOOLS["packages"]) == sorted(".".join(folder.relative_to(ROOT).parts) for folder in found)


def test_every_data_file_is_part_of_its_package() -> None:
    packed = {
        file
        for package, patterns in SETUPTOOLS["package-data"].items()
        for pattern in patterns
        for file in (ROOT / package.replace(".", "/")).glob(pattern)
    }
    top = {name.split(".")[0] for name in SETUPTOOLS["packages"]}
    data = {
        file
        for name in top
        for file in (ROOT / name).rglob("*")
        if file.is_file() and file.suffix not in {".py", ".pyc"} and "__pycache__" not in file.parts
    }
    assert data <= packed


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_every_dependency_has_both_bounds_and_is_locked(requirement: str) -> None:
    name = normalised(re.split(r"[<>=]", requirement)[0])
    assert ">=" in requirement
    assert "<" in requirement.replace("<=", "")
    assert (name in LOCKED) == (name != "torch"), "torch is installed before the lock, everything else by it"


def test_every_library_that_is_imported_is_declared() -> None:
    owners = packages_distributions()
    # Where the plugin of pytest runs, there is pytest.
    declared = {normalised(re.split(r"[<>=]", requirement)[0]) for requirement in REQUIREMENTS} | {"pytest"}
    ours = {name.split(".")[0] for name in SETUPTOOLS["packages"]}
    undeclared = set()
    modules = [ROOT / f"{name}.py" for name in SETUPTOOLS["py-modules"]]
    for path in [*modules, *(file for name in ours for file in (ROOT / name).rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for top in {name.split(".")[0] for name in names} - ours - set(sys.stdlib_module_names):
                if not declared & {normalised(owner) for owner in owners.get(top, [])}:
                    undeclared.add((top, path.relative_to(ROOT).as_posix()))
    assert undeclared == set()


def test_the_import_names_of_the_extra_are_those_of_its_packages() -> None:
    """By which a command that needs one of them says so."""
    owners = packages_distributions()
    extra = {normalised(re.split(r"[<>=]", requirement)[0]) for requirement in EXTRA}
    owned = {name: {normalised(owner) for owner in owners.get(name, [])} for name in OF_THE_EXTRA}
    assert {name for name, by in owned.items() if not by & extra} == set()
    assert extra - set().union(*owned.values()) == set()


def test_the_lock_names_no_host_and_no_build_of_a_graphics_card() -> None:
    assert "://" not in LOCK
    assert [name for name in LOCKED if re.match(r"torch|nvidia|triton|cuda", name)] == []
    assert LOCK.count("--hash=sha256:") >= len(LOCKED)


def test_no_dependency_is_under_a_licence_that_binds_the_user() -> None:
    bound, seen = {}, 0
    for name in [*LOCKED, "torch"]:
        try:
            metadata = distribution(name).metadata
        except PackageNotFoundError:
            continue  # of another platform
        seen += 1
        # Some distributions put the whole text of their licence in this field; its head says which it is.
        words = [metadata.get("License-Expression") or "", (metadata.get("License") or "")[:80]]
        words += [line for line in metadata.get_all("Classifier") or [] if line.startswith("License ::")]
        if re.search(r"\bA?GPL|General Public License", " ".join(words)):
            bound[name] = words
    assert seen > 50
    assert bound == {}
