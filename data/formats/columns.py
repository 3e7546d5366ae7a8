"""What a field is called in other people's files, and cells that hold more than text."""

from __future__ import annotations

import ast
import json
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

# In the order of preference, where a file has several; compared without case, width, spaces and punctuation.
NAMES = {
    "id": ("id", "uid", "sampleid", "rowid", "customid", "编号", "序号"),
    "text": (
        *("text", "question", "content", "query", "utterance", "message", "sentence", "customertext", "body"),
        *("文本", "问题", "内容", "问句", "消息", "客户问题", "用户问题", "咨询内容"),
    ),
    "turns": ("turns", "dialogue", "dialog", "conversation", "chat", "history", "对话", "对话内容", "聊天记录", "会话"),
    "label": (
        *("label", "labels", "intent", "category", "class", "labelname", "choice", "target", "answer", "output"),
        *("标签", "意图", "类别", "分类", "场景"),
    ),
    "images": (
        *("images", "image", "imagepath", "imagepaths", "imagefile", "imageurl", "img", "imgs", "picture", "pictures", "photo"),
        *("photos", "filename", "filepath", "file", "path", "图片", "图像", "图片路径", "截图", "文件名"),
    ),
    "task": ("task", "tasktype", "任务"),
}
CONTENT = ("text", "turns", "images")  # one of them makes a row


@lru_cache(maxsize=1024)
def columns_of(names: tuple[str, ...]) -> Mapping[str, str]:
    """The column of each field, for those fields that a row or table has."""
    by_key: dict[str, str] = {}
    for name in names:
        by_key.setdefault(_key(name), name)
    found = {}
    for field, known in NAMES.items():
        column = next((by_key[name] for name in known if name in by_key), None)
        if column is not None:
            found[field] = column
    return MappingProxyType(found)


def has_content(names: tuple[str, ...]) -> bool:
    """Whether a row with these columns can be understood."""
    found = columns_of(names)
    return any(field in found for field in CONTENT)


def understood() -> str:
    """The names that are understood, for messages."""
    return "; ".join(f"{field}: {', '.join(known)}" for field, known in NAMES.items())


def unpack(value: Any) -> Any:
    """A cell that holds a list or an object as JSON or as Python writes it, read; anything else as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("[", "{"):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        pass
    try:
        found = ast.literal_eval(value.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return value
    return found if isinstance(found, list | dict) else value


def _key(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in text if char.isalnum())
