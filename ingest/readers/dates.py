"""Dates as this project writes them: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``."""

from __future__ import annotations

import calendar
import re
from datetime import date

_DATE = re.compile(r"([12]\d{3})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_TIMESTAMP = re.compile(rf"({_DATE.pattern})(?:[T ]\d.*)?", re.ASCII | re.DOTALL)


def date_bounds(value: str) -> tuple[date, date]:
    """The first and the last day that ``value`` covers; ValueError says what is wrong with it."""
    match = _DATE.fullmatch(value)
    if match is None:
        raise ValueError(f"{value!r} is not a date like 2021, 2021-03 or 2021-03-04")
    year, month, day = match.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise ValueError(f"{value!r} is no date in the calendar") from error
    if day:
        return first, first
    last_month = int(month or 12)
    return first, date(first.year, last_month, calendar.monthrange(first.year, last_month)[1])


def stated_date(text: str) -> str | None:
    """The date of an ISO date or timestamp, to the day where it has one; None for any other text."""
    match = _TIMESTAMP.fullmatch(text.strip())
    if match is None:
        return None
    try:
        date_bounds(match[1])
    except ValueError:
        return None
    return match[1]


def month_made(year: int, month: int) -> str | None:
    """The month in which office software made a file, as the nearest that can be known to its publication.

    The day is left out: files are seldom published on the day they are made.
    """
    return stated_date(f"{year:04}-{month:02}")
