"""What may be imported by whom, and what an import may cost."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ["ingest", "vectorstore", "prompts", "assistant", "ui"]
HEAVY = ["torch", "chromadb", "gradio", "langchain_core", "sentence_transformers", "transformers", "pydantic"]

NETWORK = {
    *("aiohttp", "ftplib", "http.client", "httpx", "httpx2", "langchain_openai", "openai", "requests", "smtplib"),
    *("urllib.request", "urllib3"),
}
MAY_OPEN_THE_NETWORK = {
    "assistant/model_sources.py",  # when model files are fetched
    "assistant/chat_models.py",  # to the language model that is set
    "assistant/model_server.py",  # to the language model on this machine
    "ui/access/provider.py",  # to the provider of a login with OpenID Connect, where that is set
    "assistant/evaluation/targets/exchange.py",  # to the assistant that is evaluated, where it is behind an address
}


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def imported_by(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_the_chain_of_folders_holds() -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_other_distribution_owns_our_import_names() -> None:
    owners = packages_distributions()
    for package in PACKAGES:
        assert set(owners.get(package, [])) <= {"picum-assistant"}, package


def test_importing_a_package_loads_nothing_heavy() -> None:
    program = f"import sys; import {', '.join(PACKAGES)}; print(*(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_only_what_fetches_or_asks_models_opens_the_network(path: Path) -> None:
    if path.relative_to(ROOT).as_posix() in MAY_OPEN_THE_NETWORK:
        return
    assert not imported_by(ast.parse(path.read_text(encoding="utf-8"))) & NETWORK


def test_the_modules_that_may_open_the_network_do() -> None:
    """Else the test above would look for the wrong names."""
    for name in MAY_OPEN_THE_NETWORK:
        assert imported_by(ast.parse((ROOT / name).read_text(encoding="utf-8"))) & NETWORK
