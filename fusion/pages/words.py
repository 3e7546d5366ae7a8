"""The page's words in English and Chinese, and which of both a browser wants."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh")
NAMES = {"en": "English", "zh": "中文"}
TAGS = {"en": "en", "zh": "zh-CN"}  # as HTML and HTTP name them
COOKIE = "lang"
WORDS: dict[str, tuple[str, str]] = {
    key: (english, chinese)
    for key, (english, chinese) in json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8")).items()
}


def translator(language: str) -> Callable[..., str]:
    """A function from a key and its values to a phrase of the language."""
    place = LANGUAGES.index(language)

    def translate(key: str, **values: Any) -> str:
        phrase = WORDS[key][place]
        return phrase.format(**values) if values else phrase

    return translate


def choose_language(cookie: str | None, accepted: str) -> str:
    """What was chosen before, else the first of the browser's languages (an Accept-Language header) that there is; English
    where there is none."""
    if cookie in LANGUAGES:
        return cookie
    wanted = []
    for place, part in enumerate(accepted.split(",")[:20]):
        name, _, rest = part.strip().partition(";")
        quality = rest.strip().removeprefix("q=")
        try:
            wanted.append((-float(quality or 1), place, name.lower()))
        except ValueError:
            continue
    for quality_below, _, name in sorted(wanted):
        language = name.partition("-")[0]
        if quality_below < 0 and language in LANGUAGES:
            return language
    return LANGUAGES[0]
