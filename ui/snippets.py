"""What somebody copies into a page to show an embed there: a frame, the widget, and what the page has to permit."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippets:
    """HTML to copy, and the lines of a Content-Security-Policy that a page needs if it has one."""

    frame: str
    widget: str
    inline: str
    frame_policy: str
    widget_policy: str


def snippets_of(embed: str, address: str) -> Snippets:
    """The snippets of an embed by its name. ``address`` is the one of the application, without a slash at its end."""
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{parts.netloc}"
    script = f'<script src="{address}/widget.js" data-embed="{embed}"'
    return Snippets(
        frame=(
            f'<iframe src="{address}/embed/{embed}/" title="Ask the documents" width="100%" height="640"\n'
            f'        frameborder="0" referrerpolicy="origin" allow="clipboard-write"\n'
            f'        sandbox="{SANDBOX}"></iframe>'
        ),
        widget=f"{script} async></script>",
        inline=(
            f'<div id="assistant"></div>\n{script}\n        data-mode="inline" data-target="assistant" async></script>'
        ),
        frame_policy=f"frame-src {origin}",
        widget_policy=f"script-src {origin}; frame-src {origin}",
    )
