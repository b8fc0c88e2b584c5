"""What of a web page nobody sees who looks at it: what its attributes, its styles or its colours hide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from ingest.readers.html_styles import Styles

_NEVER_SHOWN = frozenset({
    "head", "script", "style", "noscript", "noframes", "noembed", "template", "iframe", "object", "embed", "svg",
    "canvas", "audio", "video", "select", "option", "datalist", "button", "input", "textarea", "nav"
})  # fmt: skip
_CONTENT = ("main", "article")
_DEEPEST = 200
"""Levels of elements; pages that people write have some dozens."""

Colour = tuple[int, int, int, float]
"""Red, green and blue from 0 to 255, and how much covers what is behind, from 0 to 1."""
_WHITE: Colour = (255, 255, 255, 1)
_CLEAR: Colour = (0, 0, 0, 0)
_NAMED: Mapping[str, Colour] = {
    "transparent": _CLEAR, "white": _WHITE, "black": (0, 0, 0, 1), "silver": (192, 192, 192, 1),
    "gray": (128, 128, 128, 1), "grey": (128, 128, 128, 1), "red": (255, 0, 0, 1), "maroon": (128, 0, 0, 1),
    "yellow": (255, 255, 0, 1), "olive": (128, 128, 0, 1), "lime": (0, 255, 0, 1), "green": (0, 128, 0, 1),
    "aqua": (0, 255, 255, 1), "teal": (0, 128, 128, 1), "blue": (0, 0, 255, 1), "navy": (0, 0, 128, 1),
    "fuchsia": (255, 0, 255, 1), "purple": (128, 0, 128, 1), "snow": (255, 250, 250, 1), "ivory": (255, 255, 240, 1),
    "whitesmoke": (245, 245, 245, 1), "ghostwhite": (248, 248, 255, 1), "floralwhite": (255, 250, 240, 1),
}  # fmt: skip
_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+(\d*\.?\d+)(%?))?\s*\)")
_SAME_SHADE = 8
"""The difference in each of red, green and blue up to which two colours look the same."""

_LENGTH = re.compile(r"(-?(?:\d+\.?\d*|\.\d+))\s*([a-z]*|%)")
_PIXELS = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "em": 16.0,
    "rem": 16.0,
    "ex": 8.0,
    "ch": 8.0,
    "%": 10.0,
    "vw": 10.0,
    "vh": 8.0,
}
"""How long a unit is on a screen of 1,000 by 800, more or less."""
_OFF_SCREEN = -900
"""Pixels."""
_SMALLEST = 1.4
"""Pixels of letters that somebody reads; one point is a third more than a pixel."""
_RELATIVE_SIZES = ("em", "%", "ex", "ch")
_FOLDED = re.compile(r"scale(?:[xy3]d?)?\(\s*0(?:\.0*)?\s*[,)]|translate(?:[xy3]d?)?\(\s*-\d{4,}|rotate[xy]\(\s*90deg")
_CUT_OFF = re.compile(r"rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?\s*\)")
_CUT_OUT = re.compile(r"inset\(\s*(?:[5-9]\d|100)(?:\.\d+)?%|circle\(\s*0|polygon\(\s*0(?:px)?\s+0(?:px)?\s*,?\s*\)")


class _Look(NamedTuple):
    """What an element hands on to those in it; a colour that is None is not known."""

    visible: bool = True
    tiny: bool = False
    colour: Colour | None = None
    background: Colour | None = _WHITE

    @property
    def readable(self) -> bool:
        if not self.visible or self.tiny:
            return False
        if self.colour is None:
            return True
        if self.colour[3] == 0:
            return False
        return self.background is None or any(
            abs(one - other) > _SAME_SHADE for one, other in zip(self.colour[:3], self.background[:3], strict=True)
        )


def remove_hidden(soup: BeautifulSoup) -> None:
    """Take out of the tree what never shows: scripts, controls, navigation, hidden elements and unreadable text.

    RecursionError where elements are nested more than some hundred levels deep.
    """
    styles = Styles(style.get_text() for style in soup.find_all("style"))
    behind_dialog = {id(parent) for element in soup.find_all(_CONTENT) for parent in (element, *element.parents)}
    # What a sheet elsewhere paints behind the text is not known.
    look = _Look(background=None if soup.find("link", rel="stylesheet") else _WHITE)
    unseen: set[int] = set()
    waiting: list[tuple[Tag, _Look, int]] = [(soup, look, 0)]
    while waiting:
        parent, look, depth = waiting.pop()
        if depth > _DEEPEST:
            raise RecursionError
        for child in parent.contents:
            if not isinstance(child, Tag):
                if isinstance(child, NavigableString) and not look.readable:
                    unseen.add(id(child))
            elif child.name in _NEVER_SHOWN or _says_hidden(child, behind_dialog):
                unseen.add(id(child))
            else:
                style = styles.of(child)
                if style and _hides_all(style):
                    unseen.add(id(child))
                else:
                    inner = _look(child, style, look) if style or child.name == "a" else look
                    waiting.append((child, inner, depth + 1))
    remove(soup, unseen)


def remove(soup: BeautifulSoup, unseen: set[int]) -> None:
    """Take the nodes with these ids out of the tree.

    ``extract`` would look for each among its siblings, which takes minutes where there are a hundred thousand.
    """
    last: PageElement = soup
    waiting: list[PageElement] = [soup]
    while waiting:
        node = waiting.pop()
        if node is not soup:
            last.next_element, node.previous_element = node, last
            last = node
        if isinstance(node, Tag):
            node.contents = [child for child in node.contents if id(child) not in unseen]
            for before, after in pairwise([None, *node.contents, None]):
                if before is not None:
                    before.next_sibling = after
                if after is not None:
                    after.previous_sibling = before
            waiting.extend(reversed(node.contents))
    last.next_element = None


def _says_hidden(element: Tag, behind_dialog: set[int]) -> bool:
    if element.has_attr("hidden") and str(element["hidden"]).lower() != "until-found":
        return True
    if element.has_attr("popover") or (element.name == "dialog" and not element.has_attr("open")):
        return True
    # A page saved while a dialog was open hides all of its content from screen readers; that content is what is read.
    hidden = str(element.get("aria-hidden", "")).lower() == "true"
    return hidden and element.name != "body" and id(element) not in behind_dialog


def _hides_all(style: Mapping[str, str]) -> bool:
    """Whether this style hides an element with all that is in it."""
    if style.get("display") == "none" or style.get("content-visibility") == "hidden":
        return True
    opacity = _LENGTH.fullmatch(style.get("opacity", ""))
    if opacity and float(opacity[1]) <= (1 if opacity[2] else 0.01):
        return True
    if _FOLDED.search(style.get("transform", "")) or _CUT_OUT.search(style.get("clip-path", "")):
        return True
    shifts = [_pixels(style.get(side, "")) for side in ("text-indent", "margin-left")]
    if style.get("position") in ("absolute", "fixed"):
        if _CUT_OFF.search(style.get("clip", "")):
            return True
        shifts += [_pixels(style.get(side, "")) for side in ("left", "right", "top", "bottom")]
    if any(shift is not None and shift <= _OFF_SCREEN for shift in shifts):
        return True
    sizes = [_pixels(style.get(side, "")) for side in ("width", "height", "max-width", "max-height")]
    return style.get("overflow") in ("hidden", "clip") and any(size is not None and size <= 1 for size in sizes)


def _look(element: Tag, style: Mapping[str, str], outer: _Look) -> _Look:
    colour = outer.colour
    if element.name == "a" and element.has_attr("href"):
        colour = None  # links have a colour of their own
    if "color" in style:
        clipped = "text" in (style.get("background-clip"), style.get("-webkit-background-clip"))
        colour = None if clipped else _colour(style["color"])
    background = outer.background
    if style.get("position") in ("absolute", "fixed"):
        background = None  # it lies over something else
    for stated in _backgrounds(style):
        painted = _colour(stated)
        if painted is None or painted[3] > 0:
            background = painted
    visible = outer.visible
    if "visibility" in style:
        visible = style["visibility"] not in ("hidden", "collapse")
    return _Look(visible, _is_tiny(style.get("font-size", ""), outer.tiny), colour, background)


def _backgrounds(style: Mapping[str, str]) -> Iterator[str]:
    return (style[name] for name in ("background", "background-color", "background-image") if name in style)


def _colour(value: str) -> Colour | None:
    """The colour that ``value`` names; None where it is none, an image or of a kind that is not understood."""
    value = value.strip()
    if value in ("none", "initial", "inherit", "unset"):
        return _CLEAR if value == "none" else None
    if value in _NAMED:
        return _NAMED[value]
    if _HEX.fullmatch(value):
        digits = value[1:] if len(value) > 5 else "".join(2 * digit for digit in value[1:])
        red, green, blue, cover = bytes.fromhex(f"{digits:f<8}")
        return red, green, blue, cover / 255
    if rgb := _RGB.fullmatch(value):
        covered = float(rgb[4]) / (100 if rgb[5] else 1) if rgb[4] else 1
        return int(rgb[1]), int(rgb[2]), int(rgb[3]), covered
    return None


def _is_tiny(size: str, outer: bool) -> bool:
    match = _LENGTH.fullmatch(size)
    if match is None:
        return outer
    number, unit = float(match[1]), match[2]
    if unit in _RELATIVE_SIZES:
        return outer or number <= (10 if unit == "%" else 0.1)
    return (_pixels(size) or 0) < _SMALLEST


def _pixels(length: str) -> float | None:
    match = _LENGTH.fullmatch(length)
    return float(match[1]) * _PIXELS[match[2]] if match and match[2] in _PIXELS else None
