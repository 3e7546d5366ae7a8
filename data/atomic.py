"""Writing files so that a file under its final name is always whole: write to a temporary name beside it, fsync, rename.

`writing_alone` keeps two commands from writing into one folder at the same time; `taking_turns` lets the second wait.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from data.errors import RunError

if TYPE_CHECKING:
    import pyarrow as pa


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it replaces `path`, on any error it is removed.

    Raises RunError where the disk is full or not writable.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        os.replace(temporary, path)
    except OSError as error:
        raise RunError(
            f"cannot write {path}: {error.strerror or error}. Nothing was left under that name; "
            "free some space or choose another folder and run the same command again."
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


@contextmanager
def writing_alone(folder: Path, option: str) -> Iterator[None]:
    """Within the `with` block, no other process can enter one on the same folder. A process that is killed leaves it.

    The folder is made where it is missing, and goes again if nothing was written there.

    Raises RunError, naming the `option` that chooses the folder, where another process is in it. File systems without locks are
    not guarded.
    """
    missing = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Whoever writes there says what is wrong with it.
        yield
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(
                f"another command is writing into {folder}; wait until it has ended, or name another folder with {option}"
            ) from None
        except OSError:
            pass
        yield
    finally:
        if missing:
            with suppress(OSError):  # It is not empty.
                folder.rmdir()
        os.close(descriptor)


@contextmanager
def taking_turns(folder: Path) -> Iterator[None]:
    """Within the `with` block no other process or thread is in one on the same folder: who comes later waits. A process that is
    killed leaves it. File systems without locks are not guarded."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def remove_interrupted(folder: Path) -> None:
    """Remove what killed writes left in a folder and below it. Nothing else may be writing there."""
    for path in folder.rglob(".*.tmp"):
        path.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` atomically."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path, content: str, encoding: str = "utf-8") -> None:
    """Write text atomically, newlines as given."""
    write_bytes(path, content.encode(encoding))


def write_json(path: Path, value: Any) -> None:
    """Write JSON atomically: UTF-8, indented, key order as given."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def write_with(path: Path, write: Callable[[IO[bytes]], Any]) -> None:
    """Atomically write what `write` puts into a binary stream."""
    buffer = io.BytesIO()
    write(buffer)
    write_bytes(path, buffer.getvalue())


def write_npz(path: Path, **arrays: NDArray[Any]) -> None:
    """Write arrays as npz; object arrays are refused, so that no pickle is ever needed to read them."""
    for name, array in arrays.items():
        if array.dtype.hasobject:
            raise ValueError(f"array {name!r} holds objects; npz files here hold plain numbers and strings only")
    write_with(path, lambda stream: np.savez_compressed(stream, **arrays))  # type: ignore[arg-type]


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write an Arrow table as parquet atomically."""
    import pyarrow.parquet as pq  # Here, because processes that only read images import this module too.

    with atomic_path(path) as temporary:
        pq.write_table(table, temporary)


def read_json(path: Path, remedy: str) -> Any:
    """Read JSON; `remedy` ends the RunError where the file is missing or broken."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(f"{path} is missing; {remedy}") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise RunError(f"{path} is not valid JSON ({error}); {remedy}") from error
