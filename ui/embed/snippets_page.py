"""``/embed/NAME/snippets``: what to copy into a page, with the embed itself shown beside it. In plain English, for the
people who make pages.
"""

from __future__ import annotations

from html import escape

from ui.snippets import snippets_of

_OPTIONS = (
    ("lang", "data-lang", "en, fr, es, de, it, nl, pt, pl, el or ar", "The language; the menu of languages goes."),
    ("menu", "", "on", "Keeps the menu of languages although lang is given."),
    ("title", "data-title", "at most 80 characters", "The title."),
    ("question", "data-question", "text", "A question that stands in its box; the reader sends it."),
    ("documents", "data-documents", "ids, with commas between them", "Answers from these documents only."),
    ("theme", "data-theme", "light, dark or auto", "The scheme of colours; that of the reader without it."),
    ("color", "data-color", "like #0d5c72", "The accent, where it can be read: 4.5 to 1 on its ground."),
    ("", "data-mode", "button or inline", "A button in the corner, or a place in the page."),
    ("", "data-target", "an id", "Where inline stands."),
    ("", "data-height", "pixels, 200 to 1999", "How high inline is; 640 without it."),
    ("", "data-side", "left or right", "The corner of the button."),
)


def snippets_page(embed: str, address: str) -> str:
    """The whole page as HTML. ``address`` is the one of the application, without a slash at its end."""
    snippets = snippets_of(embed, address)
    pieces = "".join(
        _piece(name, title, why, text)
        for name, title, why, text in (
            ("widget", "A button in the corner", "Put this line anywhere in the page.", snippets.widget),
            ("inline", "A place in the page", "Put this where the assistant should stand.", snippets.inline),
            (
                "frame",
                "A frame without script",
                "For systems that take no scripts, like SharePoint. Some take the address in src alone.",
                snippets.frame,
            ),
            (
                "widget-policy",
                "The Content-Security-Policy for the script",
                "If your site sends such a header, add these sources to its lists.",
                snippets.widget_policy,
            ),
            (
                "frame-policy",
                "The same for the frame alone",
                "Without the script this is enough.",
                snippets.frame_policy,
            ),
        )
    )
    rows = "".join(
        f"<tr><td>{_code(option)}</td><td>{_code(attribute)}</td><td>{escape(value)}</td><td>{escape(what)}</td></tr>"
        for option, attribute, value, what in _OPTIONS
    )
    name = escape(embed)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        'content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f'<title>Show the embed {name}</title><link rel="stylesheet" href="snippets.css">'
        '<script src="snippets.js" defer></script></head><body><main>'
        f"<h1>Show the embed {name} in a page</h1>"
        "<p>Only pages of the sites that are listed for this embed can show it.</p>"
        f"{pieces}<section><h2>Options</h2><p>For the script as attributes, for a frame behind a “?” in its address: "
        f'<code>…/embed/{name}/?lang=fr&amp;theme=light</code>.</p><div class="scroll" tabindex="0" role="region" '
        'aria-label="Options"><table><thead><tr><th scope="col">In the address</th><th scope="col">Attribute</th>'
        f'<th scope="col">Value</th><th scope="col">What it does</th></tr></thead><tbody>{rows}</tbody></table></div>'
        '</section></main><aside aria-labelledby="preview"><h2 id="preview">This is how it looks</h2>'
        '<iframe src="./" title="The assistant"></iframe></aside><p id="said" role="status"></p></body></html>'
    )


def _piece(name: str, title: str, why: str, text: str) -> str:
    return (
        f'<section><h2 id="{name}-title">{escape(title)}</h2><p>{escape(why)}</p><pre id="{name}" tabindex="0" '
        f'role="region" aria-labelledby="{name}-title"><code>{escape(text)}</code></pre>'
        f'<button type="button" data-copies="{name}" aria-describedby="{name}-title">Copy</button></section>'
    )


def _code(name: str) -> str:
    return f"<code>{escape(name)}</code>" if name else ""
