"""A virtual environment that holds a wheel of the project and, of what is installed here, only what the wheel asks for.

Distributions are linked, not installed again: that takes a second instead of minutes, and what the wheel does not declare is
missing all the same.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
NAME = "multimodal-intent"
PACKAGES = ("data", "retrieval", "vlm", "fusion")
SOURCES = (*PACKAGES, "pyproject.toml", "README.md", "LICENSE")
# FAISS for GPUs has the same modules; neither can be installed beside the other.
STANDS_FOR = {"faiss-gpu": "faiss-cpu"}


def build_wheel(folder: Path) -> Path:
    """Build a wheel from a copy of the sources, with the setuptools that is installed here."""
    source = folder / "source"
    source.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", str(folder), str(source)], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def make_environment(folder: Path, wheel: Path, *extras: str) -> Path:
    """A virtual environment with the wheel and what it and its extras require; returns its Python."""
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", str(python), "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, str(wheel)], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    found = Distribution.at(next(site.glob("multimodal_intent-*.dist-info")))
    for required in closure(found.requires or (), set(extras)):
        link(required, site)
    return python


def closure(lines: Iterable[str], extras: set[str]) -> list[Distribution]:
    """The installed distributions that fulfil requirements, and theirs. Raises where one is missing or of another version."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    todo = [(line, extra) for line in lines for extra in ("", *extras)]
    while todo:
        line, extra = todo.pop()
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = STANDS_FOR.get(requirement.name, requirement.name)
        try:
            installed = distribution(name)
        except PackageNotFoundError as error:
            raise AssertionError(f"{line} is not installed") from error
        assert requirement.name in STANDS_FOR or requirement.specifier.contains(installed.version, prereleases=True), line
        found[name] = installed
        for wanted in ("", *requirement.extras):
            if (name, wanted) not in seen:
                seen.add((name, wanted))
                todo += [(below, wanted) for below in installed.requires or ()]
    return list(found.values())


def link(installed: Distribution, site: Path) -> None:
    """Link the top folders and files of a distribution."""
    for name in {file.parts[0] for file in installed.files or () if file.parts[0] not in ("..", "__pycache__")}:
        place = Path(str(installed.locate_file(name)))
        if not (site / name).exists() and place.exists():
            (site / name).symlink_to(place)
