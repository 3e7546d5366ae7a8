"""What kind of problem a message on a sample tells, so that the page can say it in the reader's language.

The messages are those of the commands: English, exact, with names of files. People in customer service get a sentence of their
own language by the kind, `complaint_KIND` in words.json, and the message as detail.
"""

from __future__ import annotations

import re

# Where a message fits several kinds at one place, the first one counts.
KINDS: tuple[tuple[str, str], ...] = (
    ("address", r"is an address, (?:which|and none) is"),
    ("missing", r"is missing under"),
    ("outside", r"leads? outside"),
    ("empty", r"\bis empty; send"),
    ("kind", r"is not of a kind that is read"),
    ("large", r"pixels, at most|bytes, at most|\bis too large"),
    ("damaged", r"is damaged or truncated|data URL that cannot be decoded"),
    ("unread", r"cannot be read|could not be read"),
    ("blank", r"has nothing on it but"),
    ("no_image", r"is an image scene without an image"),
    ("no_text", r"is a dialogue without an image;"),
    ("nothing", r"has neither text nor an image"),
    ("marks", r"images? for (?:its )?\d+ <image> marks"),
    ("unlearned", r"no labelled example of a \w+ was there"),
    ("no_labels", r"has no \w+ labels"),
    ("failed", r"could not be predicted"),
)
_ANY = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in KINDS))


def complaints(message: str) -> list[str]:
    """The kinds of the problems that a message tells, each once, in their order; empty where none is known."""
    return list(dict.fromkeys(str(found.lastgroup) for found in _ANY.finditer(message)))
