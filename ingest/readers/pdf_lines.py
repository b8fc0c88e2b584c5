"""Glyphs of pages to lines in reading order, with the size and place of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ingest.invisible import drop_invisible
from ingest.readers.blocks import raised
from ingest.readers.pdf_columns import Region, gutters_in, regions_of
from ingest.readers.pdf_glyphs import Glyph, PageGlyphs, Run
from ingest.readers.pdf_segments import Row, Segment, is_from_right, rows_of, segments_of, setting
from ingest.readers.pdf_tables import find_tables

# Shares of the size of the letters.
_SMALL = 0.9  # word processors set a superscript at two thirds of the size, browsers at five sixths
_RAISED = 0.15
_SPACE = 0.15  # the narrowest gap between two words

_MOSTLY = 0.9
"""Share of the letters of a bold line that are bold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One visual line, or one row of a table (``is_row``) with a tab between its cells.

    Sizes and places are in points (1/72 inch), ``baseline`` from the foot of the page. ``region`` counts the columns
    of the page and what stands above and below them; ``noted`` tells that the line begins with a raised number, as
    footnotes do; ``dropped`` counts invisible characters.
    """

    text: str
    size: float
    baseline: float
    left: float
    right: float
    bold: bool = False
    noted: bool = False
    is_row: bool = False
    region: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLines:
    """The lines of a page in reading order; ``number`` is 1-based, ``height`` in points."""

    number: int
    height: float
    lines: tuple[Line, ...]


def lines_of(pages: Sequence[PageGlyphs]) -> list[PageLines]:
    """The lines of each page. A page with little text in columns is read like its neighbours with more."""
    segments = [segments_of(page.runs) for page in pages]
    gutters = [gutters_in(found) for found in segments]
    laid_out = []
    for i, page in enumerate(pages):
        near = [gutter for j in (i - 2, i - 1, i, i + 1, i + 2) if 0 <= j < len(pages) for gutter in gutters[j]]
        zones = [zone for band in _bands(segments[i]) for zone in regions_of(band, near)]
        regions = [region for zone in zones for region in zone]
        regions += [segments_of(runs) for runs in page.asides]
        lines = (line for number, region in enumerate(regions) for line in _region_lines(region, number))
        laid_out.append(
            PageLines(number=page.number, height=page.height, lines=tuple(line for line in lines if line.text))
        )
    return laid_out


def _bands(segments: list[Segment]) -> Iterator[Region]:
    """The page from top to bottom, tables over its whole width by themselves."""
    rows = rows_of(segments)
    at = 0
    for table in find_tables(rows, short_cells=True):
        yield [segment for row in rows[at : table.first] for segment in row]
        yield [segment for row in rows[table.first : table.last] for segment in row]
        at = table.last
    yield [segment for row in rows[at:] for segment in row]


def _region_lines(region: Region, number: int) -> Iterator[Line]:
    rows = rows_of(region)
    at = 0
    for table in find_tables(rows):
        yield from (_line([row], number) for row in rows[at : table.first])
        yield from (_line(cells, number) for cells in table.rows)
        at = table.last
    yield from (_line([row], number) for row in rows[at:])


def _line(cells: Sequence[Row], region: int) -> Line:
    """The line of these cells; of one that is not in a table there is one."""
    segments = [segment for cell in cells for segment in cell]
    glyphs = [glyph for segment in segments for glyph in segment.glyphs]
    size, baseline = setting(glyphs)
    texts = [_text(cell) for cell in cells]
    letters = [glyph for glyph in glyphs if not glyph.text.isspace()]
    return Line(
        text="\t".join(text for text, _ in texts).rstrip() if len(cells) > 1 else texts[0][0],
        size=size,
        baseline=baseline,
        left=min(segment.left for segment in segments),
        right=max(segment.right for segment in segments),
        bold=sum(glyph.bold for glyph in letters) >= _MOSTLY * len(letters),
        noted=len(cells) == 1 and _begins_raised(glyphs, size, baseline),
        is_row=len(cells) > 1,
        region=region,
        dropped=sum(dropped for _, dropped in texts),
    )


def _text(cell: Sequence[Segment]) -> tuple[str, int]:
    """The text of segments that follow each other on a line or, in a cell, on several; how many signs were dropped."""
    if not cell:
        return "", 0
    lines = rows_of(cell)
    from_right = is_from_right(cell)
    text = " ".join(_row_text(row[::-1] if from_right else row) for row in lines)
    # PDFium gives a character beyond U+FFFF as two halves.
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    # The line end tells a soft hyphen that shows from one that does not.
    text, dropped = drop_invisible(f"{text.rstrip()}\n")
    return text.strip(), dropped


def _row_text(row: Row) -> str:
    size, baseline = setting([glyph for segment in row for glyph in segment.glyphs])
    glyphs: Run = []
    for segment in row:
        if glyphs and not glyphs[-1].text.isspace() and _gap(glyphs, segment) > _SPACE * size:
            glyphs.append(Glyph(" ", size, baseline, segment.left, segment.left))
        glyphs += segment.glyphs
    runs = [
        (high, "".join(glyph.text for glyph in run))
        for high, run in groupby(glyphs, lambda glyph: _is_raised(glyph, size, baseline))
    ]
    return "".join(raised(run) if high else run for high, run in runs).strip()


def _gap(glyphs: Run, segment: Segment) -> float:
    """Points between the last of ``glyphs`` and a segment on either side of it."""
    return max(segment.left - glyphs[-1].right, glyphs[-1].left - segment.right)


def _begins_raised(glyphs: Sequence[Glyph], size: float, baseline: float) -> bool:
    high, run = next(iter(groupby(glyphs, lambda glyph: _is_raised(glyph, size, baseline))))
    return high and "".join(glyph.text for glyph in run).strip().isdecimal()


def _is_raised(glyph: Glyph, size: float, baseline: float) -> bool:
    return 0 < glyph.size <= _SMALL * size and glyph.baseline > baseline + _RAISED * size
