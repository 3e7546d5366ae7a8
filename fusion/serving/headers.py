"""Headers: by which name the service may be called, and what browsers are told to refuse."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fusion.serving.problems import Refusal, Tell, document

PROBES = ("/healthz", "/readyz")

# Scripts and styles come from our own files alone; pictures also from the browser's own memory, before they are sent.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`, with which browsers hide from us that our own forms are ours.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SafeHeaders:
    """Refuses requests that call the service by a name that is not its own (another site's name that was pointed at this
    address), and adds the security headers to every response. No `hosts` means any name."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str], tell: Tell = document) -> None:
        self.app, self.hosts, self.tell = app, frozenset(host.lower() for host in hosts), tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        name = host_name(Headers(scope=scope).get("host", ""))
        if self.hosts and name not in self.hosts and scope["path"] not in PROBES:
            refusal = Refusal(
                421, f"the service is not called {name!r}; start it with --allowed-host {name or 'NAME'} where that is right"
            )
            await self.tell(scope, refusal)(scope, receive, adding)
            return
        await self.app(scope, receive, adding)


class HeadAsGet:
    """Answers HEAD with the headers of GET, as load balancers ask; the server leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self.app(scope, receive, send)


def host_name(host: str) -> str:
    """The name in a Host header, without its port and the brackets of an IPv6 address."""
    if host.startswith("["):
        return host[1:].split("]", 1)[0].lower()
    return host.rsplit(":", 1)[0].lower() if host.count(":") == 1 else host.lower()
