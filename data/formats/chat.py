"""Chat rows, as language models are trained on and asked with them.

LLaMA-Factory, ms-swift: `messages` (role and content) or `conversations` (from and value), images in `images` beside them.
OpenAI: `messages` whose content may be a list of parts, images among them.
Alpaca: `instruction`, `input`, `output`, images in `images`.

The label is the row's "label", where it has such a field, and else the last message, if it is the assistant's. What at least half
of the rows have in common as their only message is a prompt, no customer's words: with an image, such a row is a scene.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data.dialogue import is_dialogue
from data.formats import plain
from data.formats.columns import NAMES, columns_of, unpack
from data.formats.shape import Shape
from data.schema import Sample, Speaker

LISTS = ("messages", "conversations")
LABELS = tuple(name for name in NAMES["label"] if name != "output")


def _messages(row: Mapping[str, Any]) -> list[Any] | None:
    """The messages of a row, also of one that wraps a request (`body`); None where it has none."""
    body = row.get("body")
    for holder in (row, body if isinstance(body, dict) else {}):
        for name in LISTS:
            value = unpack(holder.get(name))
            if isinstance(value, list) and any(isinstance(item, dict) and ("role" in item or "from" in item) for item in value):
                return value
    return None


def _has_parts(row: Mapping[str, Any]) -> bool:
    return any(isinstance(item, dict) and isinstance(item.get("content"), list) for item in _messages(row) or ())


def _parse_chat(rows: Sequence[Any], source: str) -> list[Sample]:
    made = [_chat_to_plain(row) if isinstance(row, dict) else row for row in rows]
    only = [_only_text(row) for row in made if isinstance(row, dict) and "turns" in row]
    prompt = plain.shared_prompt(only)
    return plain.parse_rows((_without_prompt(row, prompt) for row in made), source)


def _chat_to_plain(row: dict[str, Any]) -> dict[str, Any]:
    """The row in the plain form; a row without messages stays as it is, and is read as a plain one."""
    turns = _messages(row)
    if turns is None:
        return row
    columns = columns_of(tuple(map(str, row)))
    made: dict[str, Any] = {name: row[columns[name]] for name in ("id", "images", "task") if name in columns}
    turns = [turn for turn in turns if not (isinstance(turn, dict) and _role(turn) in plain.SILENT)]
    if columns.get("label", "output").lower() != "output":
        made["label"] = row[columns["label"]]
    elif len(turns) > 1 and isinstance(turns[-1], dict) and plain.ROLES.get(_role(turns[-1])) is Speaker.AGENT:
        made["label"] = _answer(turns[-1])
        turns = turns[:-1]
    return made | {"turns": turns}


def _role(turn: Mapping[str, Any]) -> str:
    return str(turn.get("role", turn.get("from", ""))).strip().lower()


def _answer(turn: Mapping[str, Any]) -> str:
    """What an assistant's message says."""
    content = turn.get("content", turn.get("value"))
    if isinstance(content, list):
        content = "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _only_text(row: Mapping[str, Any]) -> str:
    """The text of a row that has one message alone."""
    turns = row["turns"]
    if len(turns) != 1 or not isinstance(turns[0], dict):
        return ""
    text = _answer(turns[0])
    return "" if is_dialogue(text) else text


def _without_prompt(row: Any, prompt: str | None) -> Any:
    """The row without its only message, where that is the prompt and there are images to go by."""
    if not isinstance(row, dict) or "turns" not in row or not plain.is_prompt(_only_text(row), prompt):
        return row
    images = [part for part in row["turns"][0].get("content") or () if isinstance(part, dict) and "text" not in part]
    if not images and not row.get("images"):
        return row
    return row | {"turns": [{"role": "user", "content": images}] if images else []}


def _is_alpaca(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("instruction"), str) and bool({"input", "output", "images"} & row.keys())


def _parse_alpaca(rows: Sequence[Any], source: str) -> list[Sample]:
    prompt = plain.shared_prompt([row["instruction"] for row in rows if isinstance(row, dict) and _is_alpaca(row)])
    return plain.parse_rows((_alpaca_to_plain(row, prompt) for row in rows), source)


def _alpaca_to_plain(row: Any, prompt: str | None) -> Any:
    if not isinstance(row, dict) or not _is_alpaca(row):
        return row
    columns = columns_of(tuple(map(str, row)))
    made: dict[str, Any] = {name: row[columns[name]] for name in ("id", "images", "task", "label") if name in columns}
    text, more = row["instruction"], row.get("input")
    asked = [text, more] if isinstance(more, str) and more.strip() else [text]
    if plain.is_prompt(text, prompt) and not is_dialogue(text) and (len(asked) > 1 or made.get("images")):
        asked = asked[1:]
    turns: list[Any] = []
    for pair in row.get("history") or ():
        if isinstance(pair, list) and len(pair) == 2:
            turns += [{"role": "user", "text": pair[0]}, {"role": "assistant", "text": pair[1]}]
    return made | {"turns": turns, "text": "\n".join(asked)}


OPENAI = Shape("OpenAI chat messages", _has_parts, _parse_chat)
CHAT = Shape("chat rows (LLaMA-Factory, ms-swift)", lambda row: _messages(row) is not None, _parse_chat)
ALPACA = Shape("alpaca rows (LLaMA-Factory)", _is_alpaca, _parse_alpaca)
