"""Templates that the page, the report and the audit share: filters, both languages, files that carry their style along.

Needs none of the service's packages: reports are written without them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from data.schema import IMAGE_MARK
from fusion.pages.complaints import complaints
from fusion.pages.words import LANGUAGES, NAMES, TAGS, WORDS, translator

HERE = Path(__file__).parent


def environment() -> Environment:
    """The templates; everything that is put into them is escaped."""
    found = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    found.filters["percent"] = percent
    found.filters["shown"] = lambda text, mark: text.replace(IMAGE_MARK, f"[{mark}] ").strip()
    found.filters["why"] = lambda reason, t: t(f"why_{reason}") if f"why_{reason}" in WORDS else reason
    found.filters["complaints"] = lambda message, t: [t(f"complaint_{kind}") for kind in complaints(message)]
    found.filters["quote"] = lambda text: quote(text, safe="")
    found.globals["asset"] = asset
    found.globals["tags"] = TAGS
    return found


def percent(value: float) -> str:
    """A probability for people: never a certainty that it is not."""
    if 0 < value < 0.001:
        return "<0.1%"
    if value > 0.999:
        return ">99.9%"
    return f"{value:.1%}" if value > 0.995 or value < 0.1 else f"{value:.0%}"


def asset(name: str) -> Markup:
    """A file of the page's own, for a page that must carry it along."""
    return Markup((HERE / "static" / name).read_text(encoding="utf-8"))


def render_file(name: str, **values: Any) -> str:
    """A page that is a file of its own: it holds both languages, and whoever reads it chooses."""
    languages = [(code, NAMES[code]) for code in LANGUAGES]
    return environment().get_template(name).render(t=both, plain=both_plain, lang=LANGUAGES[0], languages=languages, **values)


def both(key: str, **values: Any) -> Markup:
    """A phrase in every language, of which the reader sees one."""
    parts = [Markup('<span lang="{}">{}</span>').format(TAGS[code], translator(code)(key, **values)) for code in LANGUAGES]
    return Markup("").join(parts)


def both_plain(key: str, **values: Any) -> str:
    """A phrase in every language for places that hold no markup: attributes and options."""
    return " · ".join(dict.fromkeys(translator(code)(key, **values) for code in LANGUAGES))
