"""Errors as the service tells them: problem details (RFC 9457) with the messages that the commands print."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import Response
from starlette.types import Scope

MEDIA_TYPE = "application/problem+json"
PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}  # of RFC 9110, which Python before 3.13 calls otherwise


class Refusal(Exception):
    """A request that is not answered. `errors` name the places at fault, `retry_after` is in seconds.

    The page tells people in their language what `problem_KIND` in words.json says, or what the status means where there is no
    `kind`.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        retry_after: float | None = None,
        errors: Sequence[dict[str, str]] = (),
        headers: dict[str, str] | None = None,
        kind: str = "",
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.kind = status, detail, list(errors), kind
        self.headers = dict(headers or {})
        if retry_after is not None:
            self.headers["Retry-After"] = str(max(1, math.ceil(retry_after)))

    def response(self) -> Response:
        """The response that tells it."""
        return problem(self.status, self.detail, self.errors, self.headers)


def problem(status: int, detail: str, errors: Sequence[dict[str, str]] = (), headers: dict[str, str] | None = None) -> Response:
    """A problem document; its title is the status's own phrase."""
    value: dict[str, Any] = {
        "type": "about:blank",
        "title": PHRASES.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        value["errors"] = list(errors)
    return Response(json.dumps(value, ensure_ascii=False), status, headers, MEDIA_TYPE)


Tell = Callable[[Scope, Refusal], Response]


def document(scope: Scope, refusal: Refusal) -> Response:
    """How a refusal is told to programs."""
    return refusal.response()
