"""The Chinese font of the synthetic screens: where it is found, and glyphs cached per size.

Drawing a line glyph by glyph from cached masks is about ten times as fast as `ImageDraw.text` with a CFF font, and gives
every character the advance that layout assumed, so that text boxes are known without any font.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

from PIL import Image, ImageFont

from data.errors import InputError

ROOTS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".fonts",
    Path.home() / ".local/share/fonts",
)
NAMES = {("sans", "regular"): ("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf"), ("sans", "bold"): ("NotoSansCJK-Bold.ttc", "NotoSansCJKsc-Bold.otf", "NotoSansSC-Bold.otf",
    "SourceHanSansSC-Bold.otf"), ("serif", "regular"): ("NotoSerifCJK-Regular.ttc", "NotoSerifCJKsc-Regular.otf",
    "SourceHanSerifSC-Regular.otf"), ("serif", "bold"): ("NotoSerifCJK-Bold.ttc", "NotoSerifCJKsc-Bold.otf",
    "SourceHanSerifSC-Bold.otf")}  # fmt: skip
SC_FACE = 2  # index of the simplified Chinese face in the Noto CJK collections
NO_FONT = "no Chinese font found; install the Debian package fonts-noto-cjk, or: pip install mplfonts"
MAX_GLYPHS = 6000  # per face; a screen uses a few hundred


class FontNotFoundError(InputError):
    """No font with Chinese glyphs is installed."""


class Face:
    """One font at one size (pixels per em). Not safe for use by several threads at once."""

    def __init__(self, path: Path, size: int, stroke: float) -> None:
        index = SC_FACE if path.suffix == ".ttc" else 0
        self._font = ImageFont.truetype(str(path), size, index=index, layout_engine=ImageFont.Layout.BASIC)
        self._stroke = stroke
        self._glyphs: dict[str, tuple[Image.Image | None, int, int, float]] = {}
        self.size = size

    def glyph(self, char: str) -> tuple[Image.Image | None, int, int, float]:
        """The mask (mode L, None if blank), its offset (right, down) from the em box, and the font's own advance."""
        found = self._glyphs.get(char)
        if found is None:
            if len(self._glyphs) >= MAX_GLYPHS:
                self._glyphs.clear()
            found = self._glyphs[char] = self._draw(char)
        return found

    def _draw(self, char: str) -> tuple[Image.Image | None, int, int, float]:
        advance = self._font.getlength(char)
        left, top, right, bottom = (round(v) for v in self._font.getbbox(char, stroke_width=self._stroke))
        if right <= left or bottom <= top:
            return None, 0, 0, advance
        core, offset = self._font.getmask2(char, mode="L", stroke_width=self._stroke)
        mask = Image.new("L", core.size)
        mask.im.paste(core, (0, 0, *core.size))
        # CJK glyphs fill the em box that starts about 0.28 em below the line's top in Noto fonts
        return mask, int(offset[0]), int(offset[1]) - round(0.28 * self.size), advance


@functools.cache
def find_font(size: int, weight: str = "regular", family: str = "sans") -> Face:
    """The face for a size in pixels; `weight` is regular or bold, `family` sans or serif.

    Looks for Noto (or Source Han) CJK among the system's fonts, then in the installed package mplfonts. A missing bold is
    drawn by thickening the regular, a missing serif by the sans. Raises FontNotFoundError naming the remedies.
    """
    if size < 1 or (family, weight) not in NAMES:
        raise ValueError(f"find_font: expected size >= 1 and one of {sorted(NAMES)}, found {size}, {(family, weight)}")
    fonts = installed_fonts()
    for fam in (family, "sans"):
        for name in NAMES[fam, weight]:
            if name in fonts:
                return Face(fonts[name], size, 0.0)
        for name in NAMES[fam, "regular"]:
            if name in fonts:
                return Face(fonts[name], size, 0.035 * size if weight == "bold" else 0.0)
    raise FontNotFoundError(NO_FONT)


@functools.cache
def image_font(size: int) -> ImageFont.FreeTypeFont:
    """The regular sans as PIL's own font object, for drawings that set their text themselves."""
    fonts = installed_fonts()
    for name in NAMES["sans", "regular"]:
        if name in fonts:
            index = SC_FACE if fonts[name].suffix == ".ttc" else 0
            return ImageFont.truetype(str(fonts[name]), size, index=index)
    raise FontNotFoundError(NO_FONT)


@functools.cache
def installed_fonts() -> dict[str, Path]:
    """File name -> path of the usable fonts, system fonts before those of mplfonts."""
    wanted = {name for names in NAMES.values() for name in names}
    found: dict[str, Path] = {}
    for root in (*ROOTS, *_bundled()):
        if root.is_dir():
            for path in sorted(root.rglob("*.[ot]t[cf]")):
                if path.name in wanted:
                    found.setdefault(path.name, path)
    return found


def _bundled() -> tuple[Path, ...]:
    spec = importlib.util.find_spec("mplfonts")
    return tuple(Path(place) / "fonts" for place in spec.submodule_search_locations or ()) if spec else ()
