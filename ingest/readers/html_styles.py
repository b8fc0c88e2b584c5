"""What style attributes and simple style rules of a page say about an element: the little that hides text.

A rule is simple where its selectors name an element, classes and an id, without anything around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from bs4 import Tag

_SELECTOR = re.compile(r"(\*|[a-z][\w-]*)?((?:[.#][\w-]+)*)", re.IGNORECASE)
_PART = re.compile(r"[.#][\w-]+")
_BRACE = re.compile(r"[{}]")
_IMPORTANT = re.compile(r"!\s*important\s*$")
_MOST_COMPOUND = 500
"""Rules on several classes at once, each of which is held against each element; the first ones of a page count."""

_INLINE = (2, 0, 0)
_PRESENTATIONAL = (-1, 0, 0)
_ATTRIBUTES = {"color": "color", "text": "color", "bgcolor": "background-color"}


class _Stated(NamedTuple):
    important: bool
    specificity: tuple[int, int, int]
    order: int
    value: str


class Styles:
    """The rules of the style elements of one page."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._simple: dict[str, dict[str, _Stated]] = {}
        self._compound: list[tuple[frozenset[str], dict[str, _Stated]]] = []
        order = 0
        for selectors, body in (rule for sheet in sheets for rule in _rules(sheet)):
            stated = _declarations(body)
            for selector in selectors.split(",") if stated else ():
                order += 1
                self._add(selector.strip(), stated, order)

    def of(self, element: Tag) -> Mapping[str, str]:
        """The values that hold for ``element``, by property in lower case; inherited ones are not among them."""
        found: dict[str, _Stated] = {}
        for name, property in _ATTRIBUTES.items():
            if value := element.get(name):
                _merge(found, {property: _Stated(False, _PRESENTATIONAL, 0, str(value).lower())})
        parts = _parts(element) if self._simple or self._compound else frozenset()
        for part in parts:
            _merge(found, self._simple.get(part, {}))
        for needed, stated in self._compound:
            if needed <= parts:
                _merge(found, stated)
        if inline := element.get("style"):
            declared = _declarations(str(inline)).items()
            _merge(found, {name: _Stated(important, _INLINE, 0, value) for name, (value, important) in declared})
        return {name: stated.value for name, stated in found.items()}

    def _add(self, selector: str, declared: Mapping[str, tuple[str, bool]], order: int) -> None:
        match = _SELECTOR.fullmatch(selector)
        if match is None or not selector:
            return
        signs = _PART.findall(match[2])
        parts = [*([match[1].lower()] if match[1] else []), *signs]
        ids = sum(sign.startswith("#") for sign in signs)
        specificity = (ids, len(signs) - ids, int(match[1] not in (None, "*")))
        stated = {name: _Stated(important, specificity, order, value) for name, (value, important) in declared.items()}
        if len(parts) == 1:
            _merge(self._simple.setdefault(parts[0], {}), stated)
        elif len(self._compound) < _MOST_COMPOUND:
            self._compound.append((frozenset(parts), stated))


def _merge(found: dict[str, _Stated], further: Mapping[str, _Stated]) -> None:
    for name, stated in further.items():
        if name not in found or found[name] < stated:
            found[name] = stated


def _parts(element: Tag) -> frozenset[str]:
    stated = element.get("class") or ""
    classes = stated.split() if isinstance(stated, str) else stated
    return frozenset({"*", element.name, f"#{element.get('id', '')}", *(f".{name}" for name in classes)})


def _declarations(body: str) -> dict[str, tuple[str, bool]]:
    """Value and importance by property."""
    found: dict[str, tuple[str, bool]] = {}
    for declaration in body.lower().split(";"):
        name, colon, value = declaration.partition(":")
        plain = _IMPORTANT.sub("", value)
        important = plain != value
        if colon and (important or not found.get(name.strip(), ("", False))[1]):
            found[name.strip()] = (plain.strip(), important)
    return found


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and body of each rule that holds for every medium."""
    first, *others = sheet.split("/*")
    css = first + "".join(other.partition("*/")[2] for other in others)
    depth = start = opened = 0
    for brace in _BRACE.finditer(css):
        if brace[0] == "{":
            depth += 1
            opened = brace.end() if depth == 1 else opened
        elif depth:
            depth -= 1
            if depth == 0:
                selectors = css[start : opened - 1].rpartition(";")[2].strip()
                if not selectors.startswith("@"):
                    yield selectors, css[opened : brace.start()]
                start = brace.end()
