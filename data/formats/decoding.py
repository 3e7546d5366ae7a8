"""From bytes to text: byte order marks, UTF-8, and what Chinese spreadsheets write instead."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from data.errors import InputError

# The longer marks first: that of UTF-16 begins that of UTF-32.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
CHINESE = "gb18030"  # contains GBK and GB 2312
GUESSED = [CHINESE, "big5hkscs", "utf_16_le", "utf_16_be", "shift_jis", "euc_kr", "cp1251", "cp1252"]
NAMES = {CHINESE: "GB 18030", "big5hkscs": "Big5", "big5": "Big5", "utf_16_le": "UTF-16", "utf_16_be": "UTF-16"}
PROBED = 65_536  # bytes that detection looks at, or characters
DAILY = 0.6  # share of ideographs in daily use; other encodings read as GB 18030 give rare ones


@dataclass(frozen=True)
class Text:
    """Decoded text and the encoding's name for people."""

    text: str
    encoding: str


def decode(content: bytes, source: str) -> Text:
    """The text of a file. Raises InputError where it is none, is cut off, or is in no encoding that can be told."""
    for mark, codec, name in MARKS:
        if content.startswith(mark):
            return Text(_strictly(content, codec, source), name)
    try:
        return Text(content.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start > 0:
            raise InputError(
                f"data file {source} ends in the middle of a character; it may be truncated. Repair or download it again."
            ) from error
    guessed = _guess(content)
    if guessed is None:
        raise InputError(f"data file {source} is not UTF-8, nor text in another known encoding; save it as UTF-8")
    return Text(_strictly(content, guessed, source), NAMES.get(guessed, guessed))


def _guess(content: bytes) -> str | None:
    """The most likely codec of text that is not UTF-8.

    GB 18030 is taken first where what it gives is everyday Chinese: a detector needs more than the few short lines of a small
    table. A zero byte is in no text of one byte a letter.
    """
    from charset_normalizer import from_bytes

    if b"\0" not in content[:PROBED] and _is_daily_chinese(content):
        return CHINESE
    codecs_left = [codec for codec in GUESSED if codec.startswith("utf_16") == (b"\0" in content[:PROBED])]
    best = from_bytes(content[:PROBED], cp_isolation=codecs_left).best()
    return best.encoding if best is not None else None


def _is_daily_chinese(content: bytes) -> bool:
    """Whether most ideographs are of GB 2312's first level, the 3,755 in daily use, which lie at 0xB0A1 to 0xD7F9."""
    try:
        text = content.decode(CHINESE)[:PROBED]
    except UnicodeDecodeError:
        return False
    codes = [char.encode(CHINESE) for char in text if "\u3400" <= char <= "\u9fff" or "\ue000" <= char <= "\uf8ff"]
    daily = sum(len(code) == 2 and b"\xb0\xa1" <= code <= b"\xd7\xf9" and code[1] >= 0xA1 for code in codes)
    return daily > DAILY * len(codes)


def _strictly(content: bytes, codec: str, source: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        name = NAMES.get(codec, codec)
        raise InputError(f"data file {source} is not {name} throughout ({error}); save it as UTF-8") from error
