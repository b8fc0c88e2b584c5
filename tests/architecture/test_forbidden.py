"""Calls that this project never makes, each for a reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ["ingest", "vectorstore", "prompts", "assistant", "ui"]

# A file that can be unpickled can run code; a template that is loaded from a file by LangChain can too.
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal"}
FORBIDDEN_NAMES = {"load_prompt", "load_prompt_from_config"}
FORBIDDEN_CALLS = {"torch.load", "eval", "exec"}
# Chroma's query_texts embeds with whatever a stored configuration names, and may download it.
FORBIDDEN_KEYWORDS = {"query_texts": None, "trust_remote_code": True, "allow_dangerous_deserialization": True}

# Settings are read in one place and passed on.
MAY_USE_THE_ENVIRONMENT = {
    "assistant/settings.py",
    "assistant/privacy.py",  # switches third parties off
    "vectorstore/model_folders.py",  # the same for its own libraries, whoever uses it
    "vectorstore/openmp.py",  # how threads wait can be told to OpenMP in no other way
    "ui/notifying.py",  # the service manager says in it where to report that the server is ready
    "ingest/child.py",  # hands it on to processes of our own
    "assistant/evaluation/targets/opening.py",  # the key of an assistant that is evaluated, by the name that is given
}


def forbidden_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in FORBIDDEN_MODULES)
        elif isinstance(node, ast.ImportFrom):
            if (node.module or "").split(".")[0] in FORBIDDEN_MODULES:
                yield node.module or ""
            if (node.module or "").startswith("langchain"):
                yield from (alias.name for alias in node.names if alias.name in FORBIDDEN_NAMES)
        elif isinstance(node, ast.Call):
            if ast.unparse(node.func) in FORBIDDEN_CALLS:
                yield ast.unparse(node.func)
            for keyword in node.keywords:
                if keyword.arg in FORBIDDEN_KEYWORDS:
                    banned = FORBIDDEN_KEYWORDS[keyword.arg]
                    if banned is None or not (isinstance(keyword.value, ast.Constant) and keyword.value.value is False):
                        yield keyword.arg


def prints_in(tree: ast.AST) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def environment_in(tree: ast.AST) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv", "os.putenv"}
    ]


def trees() -> list[tuple[str, ast.AST]]:
    return [
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    ]


def test_nothing_forbidden_is_called() -> None:
    assert {name: found for name, tree in trees() if (found := list(forbidden_in(tree)))} == {}


def test_only_the_command_line_prints() -> None:
    assert {n: found for n, tree in trees() if not n.startswith("ui/cli/") and (found := prints_in(tree))} == {}


def test_only_the_named_modules_touch_the_environment() -> None:
    assert {
        n: found for n, tree in trees() if n not in MAY_USE_THE_ENVIRONMENT and (found := environment_in(tree))
    } == {}


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "from joblib import load",
        "from langchain_core.prompts import load_prompt",
        "torch.load(path)",
        "eval('1')",
        "collection.query(query_texts=['x'])",
        "SentenceTransformer(name, trust_remote_code=True)",
        "SentenceTransformer(name, trust_remote_code=trusted)",
    ],
)
def test_the_search_finds_what_it_looks_for(line: str) -> None:
    assert list(forbidden_in(ast.parse(line)))


@pytest.mark.parametrize(
    "line", ["SentenceTransformer(name, trust_remote_code=False)", "from prompts import load_prompt"]
)
def test_the_search_lets_the_rest_through(line: str) -> None:
    assert not list(forbidden_in(ast.parse(line)))
    assert not prints_in(ast.parse(line))
    assert prints_in(ast.parse("print(1)"))
    assert environment_in(ast.parse("os.environ['X']"))
