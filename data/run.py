"""The run folder: where each command leaves what the next one needs, and the manifest that keeps them consistent.

    runs/mine/
      manifest.json       profile, label set, data, versions; every later step checks it and says what differs
      index/  vlm/  fusion/  taught/  predictions/

A step is complete when its `complete.json` is there: it is written last, and removed first when a step is made anew.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.atomic import read_json, remove_interrupted, write_json
from data.errors import IntentError, RunError
from data.labels import LabelSet, parse_labels
from data.profile import Profile, parse_profile

FORMAT_VERSION = 1
DEFAULT_RUN = Path("runs/sample")
SAMPLE = Path(__file__).parent / "sample"  # the bundled data, which commands take where none is named
STEP_COMMANDS = {
    "index": "python -m retrieval.build_index",
    "vlm": "python -m vlm.train_lora",
    "fusion": "python -m fusion.predict",
    "official": "python -m vlm.train_lora --prompt official",
    "taught": "python -m fusion.teach",
}


@dataclass(frozen=True)
class Manifest:
    """What a run was made with. `data` and `images` are absolute paths, `data_digest` is that of `data.training.training_digest`.

    `taught` is the version of the last change among what was taught that the run was made with (`data.taught`), 0 for none.
    """

    profile: Profile
    labels: LabelSet
    data: str
    images: str
    data_digest: str
    version: int = FORMAT_VERSION
    taught: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The JSON form in manifest.json."""
        return {
            "version": self.version,
            "profile": self.profile.to_dict(),
            "labels": self.labels.to_dict(),
            "data": self.data,
            "images": self.images,
            "data_digest": self.data_digest,
            "taught": self.taught,
        }

    def differences(self, other: Manifest) -> list[str]:
        """One line for each thing that makes artifacts of the two manifests unfit for each other."""
        lines = []
        if self.version != other.version:
            lines.append(f"format version {self.version}, this program writes {other.version}")
        mine, theirs = self.profile.to_dict(), other.profile.to_dict()
        for section in mine:
            if mine[section] == theirs[section]:
                continue
            if isinstance(mine[section], dict):
                lines += [
                    f"profile {section}.{key}: {mine[section][key]!r}, now {theirs[section][key]!r}"
                    for key in mine[section]
                    if mine[section][key] != theirs[section][key]
                ]
            else:
                lines.append(f"profile {section}: {mine[section]!r}, now {theirs[section]!r}")
        if self.labels.digest() != other.labels.digest():
            lines.append(_changed("label set", repr(self.labels.name), repr(other.labels.name)))
        if self.data_digest != other.data_digest:
            lines.append(_changed("training data", self.data, other.data))
        return lines


@dataclass(frozen=True)
class RunFolder:
    """Paths and state of one run."""

    path: Path

    @property
    def manifest_path(self) -> Path:
        return self.path / "manifest.json"

    def step(self, name: str) -> Path:
        """Folder of a step: index, vlm, fusion or predictions."""
        return self.path / name

    def read_manifest(self) -> Manifest:
        """Raises RunError where there is none or it was written by another version."""
        remedy = f"run `{STEP_COMMANDS['index']} --run {self.path}` first"
        value = read_json(self.manifest_path, remedy)
        version = value.get("version") if isinstance(value, dict) else None
        if version != FORMAT_VERSION:
            raise RunError(
                f"{self.manifest_path} has format version {version!r}, this program reads {FORMAT_VERSION}; "
                "build the run again in a new folder"
            )
        source = str(self.manifest_path)
        return Manifest(
            parse_profile(value["profile"], source),
            parse_labels(value["labels"], source),
            value["data"],
            value["images"],
            value["data_digest"],
            taught=value.get("taught", 0),
        )

    def write_manifest(self, manifest: Manifest) -> None:
        """Write the manifest of a new run, or over the one that is there where only the paths of data and images differ.

        Raises RunError naming every difference otherwise: artifacts of two settings never mix in one folder. Where no step was
        finished yet there is nothing to mix with: what there is of other settings is removed. Raises RunError, too, where the
        path is a file or a folder of something else.
        """
        if self._is_something_else():
            raise RunError(f"{self.path} is something else than a run folder; choose a new or an empty --run")
        differences = self._differences(manifest)
        if differences and self._has_finished_step():
            raise RunError(
                f"run folder {self.path} was made with other settings:\n  "
                + "\n  ".join(differences)
                + f"\nChoose another --run, or delete {self.path} to build it anew."
            )
        if differences:
            for step in STEP_COMMANDS:
                self.reset(step)
        if differences or self.read_manifest() != manifest:
            write_json(self.manifest_path, manifest.to_dict())

    def _differences(self, manifest: Manifest) -> list[str]:
        """How the manifest that is there differs. Raises as `read_manifest` does, unless no step was finished."""
        try:
            return self.read_manifest().differences(manifest)
        except IntentError as error:
            if self._has_finished_step():
                raise
            return [str(error)]

    def _is_something_else(self) -> bool:
        """Whether there is a file, or a folder with other things than what an interrupted write of the manifest leaves."""
        if not self.path.exists() or self.manifest_path.exists():
            return False
        return not self.path.is_dir() or any(not path.name.startswith(".manifest.json.") for path in self.path.iterdir())

    def _has_finished_step(self) -> bool:
        return any(self.is_complete(step) for step in STEP_COMMANDS)

    def is_complete(self, step: str) -> bool:
        """Whether a step has been finished."""
        return (self.step(step) / "complete.json").is_file()

    def require(self, step: str) -> dict[str, Any]:
        """What `complete` recorded for a finished step. Raises RunError naming the command that makes it."""
        path = self.step(step) / "complete.json"
        value: dict[str, Any] = read_json(path, f"run `{STEP_COMMANDS[step]} --run {self.path}` first")
        for name, size in value.get("files", {}).items():
            file = self.step(step) / name
            if not file.is_file() or file.stat().st_size != size:
                found = f"{file.stat().st_size} bytes" if file.is_file() else "nothing"
                raise RunError(
                    f"{file} is incomplete: expected {size} bytes, found {found}; "
                    f"delete {self.step(step)} and run `{STEP_COMMANDS[step]} --run {self.path}` again"
                )
        return value

    def complete(self, step: str, files: list[str], **record: Any) -> None:
        """Mark a step as finished, with the sizes of its files (paths relative to the step's folder)."""
        remove_interrupted(self.step(step))
        sizes = {name: (self.step(step) / name).stat().st_size for name in sorted(files)}
        write_json(self.step(step) / "complete.json", {**record, "files": sizes})

    def reset(self, step: str) -> None:
        """Remove a step's folder; its completion mark first, so that an interrupted removal is no finished step."""
        (self.step(step) / "complete.json").unlink(missing_ok=True)
        shutil.rmtree(self.step(step), ignore_errors=True)


def _changed(what: str, before: str, now: str) -> str:
    """What differs of two things with other content, by their names."""
    return f"{what} {before}, which has other content now" if before == now else f"{what} {before}, now {now}"


def file_digest(path: Path) -> str:
    """SHA-256 (hex) of a file; of a folder, of its files' names and sizes."""
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file())
        text = "".join(f"{file.relative_to(path).as_posix()}\0{file.stat().st_size}\n" for file in files)
        return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
