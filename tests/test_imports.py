"""The layout of the packages: imports run upward in data < retrieval < vlm < fusion, and never in a circle."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
LAYERS = ("data", "retrieval", "vlm", "fusion")
REACHES_UP = {"data.export"}  # the one command whose work takes a layer above its own: exemplars of a run
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for layer in LAYERS
    for path in (ROOT / layer).rglob("*.py")
}


def imported(name: str) -> Iterator[str]:
    """The project's modules that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            # `from package import module` wants the module, `from module import name` the module before it.
            members = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [member if member in MODULES else str(node.module) for member in members]
        else:
            continue
        yield from (found for found in names if found in MODULES and found != name)


GRAPH = {name: set(imported(name)) for name in MODULES}


def test_the_walk_sees_the_imports() -> None:
    assert "vlm.budget" in GRAPH["vlm.lora.cross_fit"]
    assert "vlm.measuring.steps" in GRAPH["vlm.benchmark"]


def test_no_imports_run_in_a_circle() -> None:
    tuple(graphlib.TopologicalSorter(GRAPH).static_order())  # raises CycleError, which names the circle


def test_imports_run_up_the_layers() -> None:
    place = {layer: number for number, layer in enumerate(LAYERS)}
    down = [
        f"{name} -> {found}"
        for name, others in GRAPH.items()
        for found in others
        if place[found.split(".")[0]] > place[name.split(".")[0]] and name not in REACHES_UP
    ]
    assert not down
