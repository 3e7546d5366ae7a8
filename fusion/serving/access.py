"""Who may ask: whoever has the token, as bearer, as the annotation tool's password or as a session of the page; no other site."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from fusion.serving.headers import PROBES
from fusion.serving.problems import Refusal, Tell, document

SESSION = "session"
SESSION_SECONDS = 12 * 3600
OPEN = (*PROBES, "/login")
OPEN_FOLDER = "/static/"  # the login form's style
BASIC = ("/health", "/setup", "/predict", "/webhook")  # routes of a tool that knows nothing but a user name and a password
SAFE = ("GET", "HEAD", "OPTIONS")


class Gate:
    """The token's holder is let in, and other sites' forms are not.

    Without a token everyone on this machine is let in; a page of another site that a browser shows there is not.
    """

    def __init__(self, app: ASGIApp, token: str | None, tell: Tell = document) -> None:
        self.app, self.token, self.tell = app, token, tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, path = Headers(scope=scope), scope["path"]
        # Browsers send a cookie and their place in the network by themselves, a header with the token only our own programs.
        by_header = self.token is not None and self._by_header(headers, path)
        refusal: Refusal | None = None
        if scope["method"] not in SAFE and not by_header and from_elsewhere(headers):
            refusal = Refusal(403, "the request comes from a page of another site; use the service's own page or the token")
        elif not by_header and not self._open(path) and not valid_session(self.token, cookies(headers).get(SESSION)):
            if scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
                await RedirectResponse(f"/login?back={quote(path)}", 303)(scope, receive, send)
                return
            scheme = 'Basic realm="intent"' if path in BASIC else "Bearer"
            refusal = Refusal(
                401, "the token is missing or wrong; send `Authorization: Bearer TOKEN`", headers={"WWW-Authenticate": scheme}
            )
        if refusal:
            await self.tell(scope, refusal)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _open(self, path: str) -> bool:
        return self.token is None or path in OPEN or path.startswith(OPEN_FOLDER)

    def _by_header(self, headers: Headers, path: str) -> bool:
        scheme, _, value = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return same(value.strip(), self.token)
        if scheme.lower() == "basic" and path in BASIC:
            return same(_password(value), self.token)
        return False


def same(given: str, token: str | None) -> bool:
    """Whether a secret is the token, in a time that does not tell how much of it is right."""
    return token is not None and hmac.compare_digest(given.encode(errors="replace"), token.encode())


def new_session(token: str) -> str:
    """A cookie's value that says until when it is valid, signed with the token."""
    until = str(int(time.time()) + SESSION_SECONDS)
    return f"{until}.{_signature(token, until)}"


def valid_session(token: str | None, cookie: str | None) -> bool:
    """Whether a cookie was made by `new_session` with this token and is still valid."""
    if token is None or not cookie:
        return False
    until, _, signature = cookie.partition(".")
    known = hmac.compare_digest(signature.encode(errors="replace"), _signature(token, until).encode())
    return known and until.isdigit() and int(until) > time.time()


def from_elsewhere(headers: Headers) -> bool:
    """Whether a browser says that a page of another origin sent the request. Programs that are no browsers say neither."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host")


def cookies(headers: Headers) -> dict[str, str]:
    """The request's cookies."""
    return cookie_parser(headers.get("cookie", ""))


def _signature(token: str, until: str) -> str:
    key = hashlib.sha256(b"session of the page\0" + token.encode()).digest()
    return hmac.new(key, until.encode(errors="replace"), hashlib.sha256).hexdigest()


def _password(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
