"""Bounds on what a request may send, applied while its body arrives and so before anything parses it."""

from __future__ import annotations

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fusion.serving.problems import Refusal, Tell, document

# What is left of the body will not be read, so the connection cannot be used again.
CLOSE = {"Connection": "close"}


class BodyLimit:
    """Counts a request's bytes, whether it says their number beforehand or sends them in chunks.

    Too many for one request are refused with 413, too many for all requests together with 429, and a body that takes longer than
    `seconds` with 408.
    """

    def __init__(self, app: ASGIApp, most: int, together: int, seconds: float, tell: Tell = document) -> None:
        self.app, self.most, self.together, self.seconds, self.tell = app, most, together, seconds, tell
        self.held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        counted, complete, started = 0, False, False
        end = time.monotonic() + self.seconds

        async def counting() -> Message:
            nonlocal counted, complete
            if complete:
                return await receive()  # Nothing but the client's leaving can come now.
            try:
                message = await asyncio.wait_for(receive(), max(0.0, end - time.monotonic()))
            except TimeoutError:
                detail = f"the body did not arrive within {self.seconds:g} seconds; send it again"
                raise Refusal(408, detail, headers=CLOSE) from None
            size = len(message.get("body", b""))
            counted += size
            self.held += size
            complete = not message.get("more_body", False)
            self._check(counted)
            return message

        async def starting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            self._check(_declared(scope))
            await self.app(scope, counting, starting)
        except Refusal as refusal:
            if started:
                raise
            await self.tell(scope, refusal)(scope, receive, send)
        finally:
            self.held -= counted

    def _check(self, size: int) -> None:
        if size > self.most:
            raise Refusal(
                413,
                f"the body has more than {self.most:,} bytes; send fewer samples at once or smaller copies of the images",
                headers=CLOSE,
            )
        if self.held > self.together:
            raise Refusal(
                429,
                "more is being sent to the service at the same time than it takes; try again",
                retry_after=1,
                headers=CLOSE,
            )


def _declared(scope: Scope) -> int:
    """What Content-Length says; 0 where it says nothing that can be read, because bytes are counted anyway."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
