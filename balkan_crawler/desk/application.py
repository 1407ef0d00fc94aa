"""The desk as an ASGI application: from a request to a page, and from whatever goes wrong to a sentence."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from anyio import Semaphore, fail_after
from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from balkan_crawler.desk.access import COOKIE, Access, password_in
from balkan_crawler.desk.connection import LONGEST_ARRIVAL
from balkan_crawler.desk.languages import language_for, words_of
from balkan_crawler.desk.page import Asked, Page, Query, Reader, in_a_sentence, sentence
from balkan_crawler.desk.protection import (
    HEADERS,
    LONGEST_ADDRESS,
    LONGEST_FORM,
    are_too_large,
    is_drawn_in,
    is_own_form,
    is_own_host,
)
from balkan_crawler.desk.readers import AT_ONCE
from balkan_crawler.desk.rendering import render
from balkan_crawler.desk.routes import ROUTES
from balkan_crawler.errors import BalkanCrawlerError, QueryError, StoreError, StoreLockedError
from balkan_crawler.model.moments import zone_named

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from balkan_crawler.desk.desk import Desk
    from balkan_crawler.desk.page import Handler

_log = logging.getLogger(__name__)
_OPEN: Final = ("/static/", "/login")
"""What is shown without the password."""
_YEAR: Final = 365 * 24 * 3600
MOST_WAITING: Final = 100
"""Readers who wait for their page at most; who comes then is told so at once, and not after minutes."""
_SOON: Final = "10"
"""Seconds after which a browser may ask again."""


def application(desk: Desk, access: Access | None, local_zone: ZoneInfo) -> Starlette:
    """Make the application. Without ``access`` it answers who asks for this machine by a name of its own.

    ``local_zone`` is that of readers who chose none.
    """
    answering_at_once: list[Semaphore] = []

    def answering(handler: Handler) -> Callable[[Request], object]:
        async def answer(request: Request) -> Response:
            reader = _reader(request, local_zone)
            try:
                asked = await _asked(request, reader)
            except ValueError as error:
                return _shown(desk, Asked(path=request.url.path, reader=reader), sentence(str(error), 400))
            [places] = answering_at_once
            if places.statistics().tasks_waiting >= MOST_WAITING:
                return _shown(desk, asked, _busy(asked))
            async with places:
                if await request.is_disconnected():  # while it waited; nobody is there to read a page
                    return Response(status_code=499)
                return await run_sync(_answer, desk, handler, asked)

        return answer

    async def missing(request: Request, error: Exception) -> Response:
        asked = Asked(path=request.url.path, reader=_reader(request, local_zone))
        _ = words_of(asked.reader.language).gettext
        if isinstance(error, HTTPException) and error.status_code != 404:
            said = sentence(_("Nothing here answers such a request."), error.status_code)
            return _shown(desk, asked, replace(said, headers=error.headers or {}))
        return _shown(desk, asked, sentence(_("There is no such page."), 404))

    async def broken(request: Request, error: Exception) -> Response:
        asked = Asked(path=request.url.path, reader=_reader(request, local_zone))
        return _shown(desk, asked, _own_fault(asked))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        answering_at_once.append(Semaphore(AT_ONCE))
        desk.prepared.start()
        yield
        desk.prepared.close()
        desk.readers.close()

    routes = [
        Route(path, answering(handler), methods=["GET", "POST"] if posts else ["GET"])
        for path, handler, posts in ROUTES
    ]
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={404: missing, 405: missing, 500: broken})
    app.mount("/static", StaticFiles(packages=[("balkan_crawler.desk", "static")]), name="static")
    app.add_middleware(_Guard, desk=desk, access=access, local_zone=local_zone)
    return app


def _answer(desk: Desk, handler: Handler, asked: Asked) -> Response:
    """Have a request answered, in a thread; whatever goes wrong becomes a sentence."""
    try:
        found = handler(desk, asked)
        return found if isinstance(found, Response) else _shown(desk, asked, found)
    except BalkanCrawlerError as error:
        return _shown(desk, asked, sentence(in_a_sentence(error), _status(error)))
    except Exception:
        _log.exception("%s could not be shown", asked.path)
        return _shown(desk, asked, _own_fault(asked))


def _status(error: BalkanCrawlerError) -> int:
    if isinstance(error, QueryError):
        return 400
    return 503 if isinstance(error, StoreLockedError) or not isinstance(error, StoreError) else 500


def _busy(asked: Asked) -> Page:
    _ = words_of(asked.reader.language).gettext
    said = sentence(_("Too many readers wait for a page. Try again in a moment."), 503)
    return replace(said, headers={"Retry-After": _SOON})


def _own_fault(asked: Asked) -> Page:
    _ = words_of(asked.reader.language).gettext
    return sentence(_("This page could not be made. What went wrong stands where the desk was started."), 500)


def _shown(desk: Desk, asked: Asked, page: Page) -> Response:
    return HTMLResponse(
        render(page, asked, desk.name), status_code=page.status, headers={**page.headers, "Cache-Control": "no-cache"}
    )


def _reader(request: Request, local_zone: ZoneInfo) -> Reader:
    cookies = request.cookies
    language = language_for(cookies.get("language", ""), request.headers.get("accept-language", ""))
    theme = cookies.get("theme", "auto")
    return Reader(
        language=language,
        zone=zone_named(cookies.get("zone", "")) or local_zone,
        theme=theme if theme in ("light", "dark") else "auto",
    )


async def _asked(request: Request, reader: Reader) -> Asked:
    """Read a request. Raises `ValueError` for one that cannot be read."""
    form = None
    if request.method == "POST":
        body = bytearray()
        try:
            with fail_after(LONGEST_ARRIVAL):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > LONGEST_FORM:
                        raise ValueError("The form is too long.")
        except ClientDisconnect:
            raise ValueError("The form was broken off.") from None
        except TimeoutError:
            raise ValueError("The form did not arrive in time.") from None
        form = _query(body.decode("utf-8", "replace"))
    parts = {name: str(value) for name, value in request.path_params.items()}
    query = _query(request.scope["query_string"].decode("utf-8", "replace"))
    return Asked(path=request.url.path, parts=parts, query=query, form=form, reader=reader)


def _query(written: str) -> Query:
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(written, keep_blank_values=True, errors="replace", max_num_fields=1000):
        found.setdefault(name, []).append(value.replace("\0", ""))
    return {name: tuple(values) for name, values in found.items()}


def _of_origin(scope: Scope) -> Scope:
    """Read a target that is a whole address, which names the host in the header's place (RFC 9112, 3.2.2)."""
    scheme, separator, rest = scope["path"].partition("://")
    if not separator or scheme.lower() not in ("http", "https"):
        return scope
    host, _, path = rest.partition("/")
    raw = b"/" + scope["raw_path"].partition(b"://")[2].partition(b"/")[2]
    headers = [
        (name, host.encode("latin-1", "replace") if name == b"host" else value) for name, value in scope["headers"]
    ]
    return {**scope, "path": f"/{path}", "raw_path": raw, "headers": headers}


class _Guard:
    """Adds the headers of every answer, and sends away who may not look."""

    def __init__(self, app: ASGIApp, desk: Desk, access: Access | None, local_zone: ZoneInfo) -> None:
        self._app, self._desk, self._access, self._local_zone = app, desk, access, local_zone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by itself, or have the application do it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
                ]
            await send(message)

        scope = _of_origin(scope)
        request = Request(scope, receive)
        refused = self._refusal(request)
        if refused is None and self._access is not None:
            refused = await self._login(request, self._access)
        await (refused or self._app)(scope, receive, send_with_headers)

    def _refusal(self, request: Request) -> Response | None:
        if are_too_large(request.scope["headers"]):
            return self._page(Asked(path="/"), "The head of this request is too large.", 431)
        path, query = request.scope["raw_path"] or b"", request.scope["query_string"]
        asked = Asked(path="/", reader=_reader(request, self._local_zone))
        _ = words_of(asked.reader.language).gettext
        host = request.headers.get("host", "")
        if self._access is None and not is_own_host(host):
            return self._page(asked, _("The desk answers only to names of this machine, such as localhost."), 421)
        if len(path) + len(query) > LONGEST_ADDRESS:
            return self._page(asked, _("What was asked for is too long. Ask for fewer words or filters."), 414)
        headers = request.headers
        if is_drawn_in(headers.get("sec-fetch-site"), headers.get("sec-fetch-dest")):
            return self._page(asked, _("Pages of other sites may lead here, but use nothing of the desk."), 403)
        if request.method not in ("GET", "HEAD") and not is_own_form(
            host, headers.get("origin"), headers.get("sec-fetch-site")
        ):
            return self._page(asked, _("This form was sent from another site, so it was not heeded."), 403)
        return None

    async def _login(self, request: Request, access: Access) -> Response | None:
        """Give the answer to who has not shown the secret; ``None`` lets in."""
        path = request.url.path
        has_pass = access.has_pass(request.cookies.get(COOKIE, ""))
        try:
            asked = await _asked(request, _reader(request, self._local_zone)) if path == "/login" else None
        except ValueError as error:
            return self._page(Asked(path=path, reader=_reader(request, self._local_zone)), str(error), 400)
        if has_pass or path.startswith("/static/"):
            return RedirectResponse("/", 303) if asked else None
        if access.must_wait():
            return self._ask(request, 429)
        offered = password_in(request.headers.get("authorization", ""))
        if offered is not None:
            return None if access.knows(offered) else self._ask(request, 401, wrong=True)
        if asked is not None and asked.form is not None:
            if access.knows(asked.form.get("password", ("",))[-1]):
                return self._let_in(request, access, asked.form.get("next", ("/",))[-1])
            return self._ask(request, 401, wrong=True)
        token = request.query_params.get("token")
        if token is not None and access.knows(token):
            return self._let_in(request, access, path)
        return self._ask(request, 401, wrong=token is not None)

    def _let_in(self, request: Request, access: Access, target: str) -> Response:
        is_own = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
        response = RedirectResponse(target if is_own else "/", 303)
        response.set_cookie(
            COOKIE,
            access.pass_of_browser,
            max_age=_YEAR,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return response

    def _ask(self, request: Request, status: int, *, wrong: bool = False) -> Response:
        asked = Asked(path="/login", reader=_reader(request, self._local_zone))
        target = request.url.path if request.method == "GET" and request.url.path != "/login" else "/"
        values = {"wrong": wrong, "must_wait": status == 429, "next": target}
        page = Page(
            template="login.html",
            values=values,
            status=status,
            headers={"WWW-Authenticate": "Basic"} if _is_program(request) else {},
        )
        return _shown(self._desk, asked, page)

    def _page(self, asked: Asked, text: str, status: int) -> Response:
        return _shown(self._desk, asked, sentence(text, status))


def _is_program(request: Request) -> bool:
    """Say whether no browser asks, but a feed reader, say, which is to send the password by itself."""
    return "text/html" not in request.headers.get("accept", "")
