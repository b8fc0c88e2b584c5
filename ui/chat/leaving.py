"""``/privacy``, and what somebody needs who has to leave quickly: ``/exit`` leads away, ``/forget`` forgets."""

from __future__ import annotations

from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from ui.access.caller import caller_of
from ui.chat.privacy_page import Arrangements, privacy_page
from ui.chat.sheet import PRIVACY, QUICK_EXIT
from ui.chat.texts import choose_language, texts
from ui.conversations import Conversations

# A browser with scripts goes on to a page that has no address at all, so that ours does not stand above it.
_EMPTY = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>Empty page</title></head>'
    '<body><script>location.replace("about:blank")</script></body></html>'
)


def leaving_router(conversations: Conversations, arranged: Arrangements, exit_url: str) -> APIRouter:
    """The routes. ``exit_url`` is where ``/exit`` leads, "" for an empty page of our own."""
    router = APIRouter()

    @router.get(f"/{PRIVACY}", response_class=HTMLResponse)
    def privacy(request: Request) -> HTMLResponse:
        """What happens with a question."""
        said = texts(choose_language(request.query_params.get("lang"), request.headers.get("accept-language")))
        seen = arranged.seen_by(caller_of(request.scope))
        return HTMLResponse(privacy_page(seen, said, f"{request.scope.get('root_path', '')}/"))

    @router.get(f"/{QUICK_EXIT}")
    def leave() -> Response:
        """Away, for everybody: whoever leaves may be logged out already."""
        if exit_url:
            return RedirectResponse(exit_url, status_code=303, headers={"Cache-Control": "no-store"})
        return HTMLResponse(_EMPTY)

    @router.post("/forget")
    async def forget(request: Request) -> Response:
        """Forget a conversation, which only its own tab can name; the same whether or not there is one."""
        fields = parse_qs((await request.body()).decode("utf-8", "replace")[:1000])
        conversations.forget(fields.get("conversation", [""])[0])
        return Response(status_code=204)

    return router
