"""What a layout costs: the development questions over the shipped documents, as they are and set as PDF files.

    python -m tests.evals.layouts docs/layouts.md

LibreOffice sets them in one column, and in two with running heads, page numbers, footnotes and hyphenation.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant import wiring
from assistant.evaluation.case_files import load_cases
from assistant.privacy import force_offline_and_private
from assistant.settings import load_settings, shipped_corpus
from ingest.corpus import read_document, scan
from ingest.metadata import METADATA_FILE
from tests.evals.ablations import CASES, FIGURES, answered, row
from tests.pdf_layouts import COLUMNS, PLAIN, SOFFICE, Setting, fodt_of, to_pdf


def as_pdf(setting: Setting, folder: Path) -> Path:
    """The shipped documents, with their metadata, as PDF files in a new folder."""
    corpus = shipped_corpus()
    found = scan([corpus])
    texts = {s.path.stem: fodt_of(read_document(s, found.organisation), setting) for s in found.sources}
    aside, set_in = folder / "aside", folder / "corpus"
    aside.mkdir()
    set_in.mkdir()
    for stem, data in to_pdf(texts, aside).items():
        (set_in / f"{stem}.pdf").write_bytes(data)
    described = (corpus / METADATA_FILE).read_text(encoding="utf-8")
    (set_in / METADATA_FILE).write_text(described.replace(".txt", ".pdf"), encoding="utf-8")
    return set_in


def rows() -> Iterator[str]:
    settings = load_settings().model_copy(update={"llm": "none"})
    cases = load_cases(CASES).cases
    named = {"as text": None, "PDF, one column": PLAIN, "PDF, two columns": COLUMNS}
    for name, setting in named.items():
        with TemporaryDirectory() as aside:
            home = Path(aside, "home")
            home.mkdir()
            (home / "models").symlink_to(settings.home / "models", target_is_directory=True)
            corpus = shipped_corpus() if setting is None else as_pdf(setting, Path(aside))
            used = settings.model_copy(update={"home": home, "corpus": (corpus,)})
            wiring.ingest(used, (), False, lambda _progress: None)
            with closing(wiring.build_assistant(used)) as assistant:
                yield row(name, answered(assistant, cases))


def main(path: Path) -> None:
    force_offline_and_private()
    if SOFFICE is None:
        sys.exit("LibreOffice sets the PDF files and is not here; install libreoffice-writer.")
    found = []
    for line in rows():
        print(line, flush=True)
        found.append(line)
    text = [
        "# What a layout costs",
        "",
        f"Measured {datetime.now().astimezone():%Y-%m-%d %H:%M %Z} by `make layouts`: the development questions over",
        "the shipped documents, in quotations, as texts and as PDF files that LibreOffice made of them. The second",
        "setting has running heads, page numbers, footnotes and hyphenation. Each figure: mean over the cases / pooled",
        "(mean of the tuning part).",
        "",
        f"| | {' | '.join(FIGURES.values())} |",
        "|---" * (len(FIGURES) + 1) + "|",
        *found,
        "",
    ]
    path.write_text("\n".join(text), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
