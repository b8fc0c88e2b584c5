"""What of a web page a reader sees as its content: not the chrome around it."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag

from ingest.readers.html_hidden import remove

_CHROME_ROLES = frozenset({
    "navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alertdialog", "menu", "menubar",
    "toolbar"
})  # fmt: skip
_SECTIONS = ("article", "main", "section", "blockquote")


def attribute(element: Tag, name: str) -> str:
    """The value of an attribute as one text; "" where there is none."""
    value = element.get(name) or ""
    return value if isinstance(value, str) else " ".join(value)


def remove_chrome(soup: BeautifulSoup) -> None:
    """Take out of the tree what belongs to the site and not to the page: its header, its footer, its boxes."""
    remove(soup, {id(element) for element in soup.find_all(True) if _is_chrome(element)})


def main_content(soup: BeautifulSoup) -> Tag:
    """The element that holds the content, judged after what is hidden and what is chrome were removed."""
    body: Tag = soup.body or soup
    mains = [main for main in soup.find_all(_is_main) if main.find_parent(_is_main) is None]
    main = max(mains, key=_weight, default=None)
    if main is not None and _weight(main):
        return main
    articles = soup.find_all("article")
    # One article that is most of the page is the page; several are a list of them, and a short one is a teaser.
    if len(articles) == 1 and 2 * _weight(articles[0]) > _weight(body):
        return articles[0]
    return body


def _is_main(element: Tag) -> bool:
    return element.name == "main" or element.get("role") == "main"


def _weight(element: Tag) -> int:
    return len(element.get_text().strip())


def _is_chrome(element: Tag) -> bool:
    if _CHROME_ROLES.intersection(attribute(element, "role").lower().split()):
        return True
    # Inside an article these hold its title, its notes and its boxes; around it, the site's own.
    return element.name in ("header", "footer", "aside") and element.find_parent(_SECTIONS) is None
