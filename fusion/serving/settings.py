"""What a service is started with, and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from data.errors import InputError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
EVERY_ADDRESS = ("0.0.0.0", "::", "")
PATIENCE, MOST_PATIENCE = 0.1, 1.0  # share of the expected wait, and seconds, that the model waits for a fuller batch
FIRST_GUESS = 0.1  # seconds that a sample takes, before any was timed
SWITCH = 0.001  # seconds after which a thread lets another one run Python; the event loop waits so long for each busy one
LEAST_TOKEN = 16  # characters; whoever may guess for ever needs more than a word


@dataclass(frozen=True)
class Settings:
    """Where the service listens and how much it takes on.

    `waiting` bounds the samples that are accepted and not answered, `batch` those that the model answers at once, `body` the
    bytes of a request and `bodies` those of all requests at the same time, `kept` the questions that stay on disk for people to
    look at. `audit_share` of the answers are drawn for people to label. `allowed_hosts` are the names by which the service may be
    called; empty where it listens on every address.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    token: str | None = None
    allowed_hosts: tuple[str, ...] = LOOPBACK
    waiting: int = 256
    batch: int = 32
    body: int = 32 * 2**20
    bodies: int = 256 * 2**20
    body_seconds: float = 60.0
    kept: int = 1_000
    audit_share: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.audit_share <= 1:
            raise InputError(f"--audit-share must lie between 0 and 1, found {self.audit_share}")
        if self.host not in LOOPBACK and self.token is None:
            raise InputError(
                f"--host {self.host} can be reached from other machines; give --token-file FILE with a secret of at least "
                f"{LEAST_TOKEN} characters, or leave --host out to listen on this machine alone"
            )


def hosts_for(host: str, named: tuple[str, ...]) -> tuple[str, ...]:
    """The names by which a service that listens on `host` may be called: those that were named, or those that fit the address."""
    if named:
        return (*named, *LOOPBACK)
    return () if host in EVERY_ADDRESS else (*LOOPBACK, host)


def read_token(path: Path) -> str:
    """The secret in a file, without white space around it. Raises InputError where it cannot be one."""
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"--token-file {path} cannot be read ({error}); write a secret into it") from error
    if len(token) < LEAST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        raise InputError(
            f"--token-file {path} holds {len(token)} characters; expected at least {LEAST_TOKEN} printable ASCII characters "
            "without spaces, for example what `openssl rand -hex 32` prints"
        )
    return token
