"""The server of the Model Context Protocol, for one transport or another.

It is made of the SDK's lower part: the upper one sets up logging for the whole process, and logs the tracebacks of
tools, which can hold a question.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams, TextContent
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ui.access.views import Views
from ui.answering import View
from ui.feed import MISTAKE
from ui.mcp.calls import EXPECTED, Desk, NotDone
from ui.mcp.tools import call, tools
from ui.mcp.wording import INSTRUCTIONS

PATH = "/mcp"
_NAME = "picum-assistant"
_log = logging.getLogger(__name__)

Context = ServerRequestContext[Any, Any]


def create_server(view_of: Callable[[Context], tuple[View, str]]) -> Server[Any]:
    """The tools. ``view_of`` gives the view of whoever calls, and the address of the application for them, or ""."""
    known = tools()

    async def list_tools(_context: Context, _params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[tool.described for tool in known.values()])

    async def call_tool(context: Context, params: CallToolRequestParams) -> CallToolResult:
        tool = known.get(params.name)
        if tool is None:
            return _refused(f"There is no tool of this name; there are {', '.join(known)}.")
        told = 0

        async def tell(message: str) -> None:
            nonlocal told
            told += 1
            await context.session.report_progress(told, None, message)

        try:
            view, base = view_of(context)
            data, text = await call(tool, params.arguments or {}, Desk(view=view, base=base, tell=tell))
        except (NotDone, *EXPECTED) as error:
            return _refused(str(error))
        except Exception as error:  # noqa: BLE001  # its message can hold a question, and the SDK would log it
            _log.error("a tool failed by a mistake in the program: %s", type(error).__name__)
            _log.debug("the mistake", exc_info=error)
            return _refused(MISTAKE)
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=data)

    logging.getLogger("mcp").setLevel(logging.CRITICAL)  # it logs what it cannot read with its content
    return Server(
        _NAME,
        version=_version(),
        title="Answers with sources",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


class OverHttp:
    """The tools at PATH, to be mounted behind the gate: pure ASGI, which answers while ``running`` is entered.

    Nothing is kept between two requests. The SDK's own checks of hosts and origins stay off: the gate has made them,
    for all addresses that this server has, any number of this machine among them, which the SDK's lists cannot hold.
    """

    def __init__(self, views: Views) -> None:
        self._views = views
        self._manager: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run what the transport needs; may be entered again after its end."""
        self._manager = StreamableHTTPSessionManager(create_server(self._view), stateless=True)
        run: AbstractAsyncContextManager[None] = self._manager.run()
        try:
            async with run:
                yield
        finally:
            self._manager = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if self._manager is None:
            await Response(status_code=503)(scope, receive, send)
            return
        await self._manager.handle_request(scope, receive, send)

    def _view(self, context: Context) -> tuple[View, str]:
        request = context.request
        assert isinstance(request, Request)
        return self._views.of(request.scope), str(request.base_url)


def _refused(sentence: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=sentence)], is_error=True)


def _version() -> str:
    try:
        return version(_NAME)
    except PackageNotFoundError:  # a tree that is not installed
        return ""
