"""``/widget.js``: the script with its words put in, as pages of other sites load it."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Request, Response

_PLACE = "const WORDS={};"
_LASTING = "public, max-age=3600"


def widget_router() -> APIRouter:
    """The route. Everybody gets the same bytes: it knows nothing of who asks, and needs no cookie."""
    router = APIRouter()
    script = widget_script()
    tag = f'"{hashlib.sha256(script).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": _LASTING, "cross-origin-resource-policy": "cross-origin"}

    @router.api_route("/widget.js", methods=["GET", "HEAD"])
    def widget(request: Request) -> Response:
        """The script; 304 for a browser that has it."""
        known = request.headers.get("if-none-match", "")
        if tag in {each.strip().removeprefix("W/") for each in known.split(",")}:
            return Response(status_code=304, headers=headers)
        return Response(script, media_type="text/javascript", headers=headers)

    return router


@cache
def widget_script() -> bytes:
    """What is sent: the file without comments, indentation and needless spaces and line ends, with the words in it."""
    lines = [line.strip() for line in _text("widget.js").splitlines()]
    kept = [line for line in lines if line and not line.startswith("//")]
    # A statement goes on behind these signs, so that no line end is needed there.
    script = "".join(line if line.endswith((";", "{", ",", "(")) else f"{line}\n" for line in kept)
    # Its style sheet and what it says have no such sign with a space beside it.
    script = re.sub(
        r" (=>|=|===|!==|&&|\|\||\?\?|\?|:) |(?<=[,:]) (?=[\w\"`{(\[!.])|(?<=[{)]) (?=[\w{])| (?=\})|(?<=if) ",
        r"\1",
        script,
    )
    words = {language: list(each.values()) for language, each in widget_words().items()}
    listed = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    return script.replace(_PLACE, f"const WORDS={listed};", 1).encode("utf-8")


def widget_words() -> dict[str, dict[str, str]]:
    """What the widget says, by language; each language has ``open``, ``close`` and ``trouble``, in this order."""
    return tomllib.loads(_text("words.toml"))


def _text(name: str) -> str:
    return (files("ui.embed") / name).read_text(encoding="utf-8")
