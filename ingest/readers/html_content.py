"""What of a web page a reader sees as its content: not the chrome around it, not what is hidden."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag

_NEVER_SHOWN = frozenset({
    "head", "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas", "audio",
    "video", "select", "option", "datalist", "button", "input", "textarea", "nav"
})  # fmt: skip
_CHROME_ROLES = frozenset({
    "navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alertdialog", "menu", "menubar",
    "toolbar"
})  # fmt: skip
_SECTIONS = ("article", "main", "section", "blockquote")
_CONTENT = ("main", "article")
_HIDING_STYLE = re.compile(
    r"""display\s*:\s*none | visibility\s*:\s*(?:hidden|collapse)
      | (?<![\w-])(?:font-size|opacity)\s*:\s*0(?:\.0*)?(?:[a-z]+|%)?\s*(?:[;!]|$)""",
    re.IGNORECASE | re.VERBOSE,
)


def attribute(element: Tag, name: str) -> str:
    """The value of an attribute as one text; "" where there is none."""
    value = element.get(name) or ""
    return value if isinstance(value, str) else " ".join(value)


def remove_unseen(soup: BeautifulSoup) -> None:
    """Take out of the tree what is no content: scripts, controls, navigation, page headers and footers, the hidden."""
    unseen = [
        element
        for element in soup.find_all(True)
        if element.name in _NEVER_SHOWN or _is_chrome(element) or _is_hidden(element)
    ]
    for element in unseen:
        element.extract()


def main_content(soup: BeautifulSoup) -> Tag:
    """The element that holds the content, judged after ``remove_unseen``."""
    body: Tag = soup.body or soup
    mains = [*soup.find_all("main"), *soup.find_all(True, role="main")]
    main = max(mains, key=_weight, default=None)
    if main is not None and _weight(main):
        return main
    articles = soup.find_all("article")
    # One article that is most of the page is the page; several are a list of them, and a short one is a teaser.
    if len(articles) == 1 and 2 * _weight(articles[0]) > _weight(body):
        return articles[0]
    return body


def _weight(element: Tag) -> int:
    return len(element.get_text().strip())


def _is_chrome(element: Tag) -> bool:
    if _CHROME_ROLES.intersection(attribute(element, "role").lower().split()):
        return True
    # Inside an article these hold its title, its notes and its boxes; around it, the site's own.
    return element.name in ("header", "footer", "aside") and element.find_parent(_SECTIONS) is None


def _is_hidden(element: Tag) -> bool:
    if element.has_attr("hidden") and attribute(element, "hidden").lower() != "until-found":
        return True
    if element.name == "dialog" and not element.has_attr("open"):
        return True
    if _HIDING_STYLE.search(attribute(element, "style")):
        return True
    if attribute(element, "aria-hidden").lower() != "true":
        return False
    # A page saved while a dialog was open hides all of its content from screen readers; that content is what is read.
    return element.name not in ("body", *_CONTENT) and element.find(_CONTENT) is None
