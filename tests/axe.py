"""axe-core on a page: what it calls a violation, and what it could not decide."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_COVERED = {"bgOverlap", "elmPartiallyObscured", "elmPartiallyObscuring", "shortTextContent"}
"""What lies under something that is fixed in the window has no contrast to measure there; a separator of one sign under
it is told as too short.
"""


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """The rules that are broken or may be, each with the elements that break it. Where there are any the page is looked
    at once more: it may have been made anew just then, and elements that are gone are in no order.
    """
    if not _broken(page):
        return []
    page.wait_for_timeout(500)
    return _broken(page)


def _broken(page: Page) -> list[tuple[str, list[str]]]:
    found = Axe().run(page, options=RULES).response
    assert len(found["passes"]) > 10
    broken = [
        (rule["id"], [node["target"] for node in rule["nodes"] if not _covered(node)])
        for rule in found["violations"] + found["incomplete"]
    ]
    return [(rule, elements) for rule, elements in broken if elements]


def _covered(node: dict[str, Any]) -> bool:
    contrasts = [check["data"] or {} for check in node["any"] if check["id"] == "color-contrast"]
    return any(data.get("messageKey") in _COVERED for data in contrasts)
