"""The project as installed: a wheel and what it requires, without the extra that draws and without the sources."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from clean_environment import PACKAGES, ROOT, build_wheel, make_environment
from world import PROFILE, is_dialogue, training_rows

from data.labels import OFFICIAL_LABELS
from data.run import SAMPLE

pytestmark = pytest.mark.slow

# Nothing may look for a font: the module that does cannot be imported.
NO_FONTS = """
import sys

class NoFonts:
    def find_spec(self, name, path=None, target=None):
        if name == "data.synth.fonts":
            raise ImportError("fonts are looked for")

sys.meta_path.insert(0, NoFonts())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the extra `cpu`, where fonts cannot be found."""
    made = make_environment(tmp_path_factory.mktemp("environment") / "cpu", wheel, "cpu")
    (site,) = made.parent.parent.glob("lib/python*/site-packages")
    (site / "no_fonts.py").write_text(NO_FONTS)
    (site / "no_fonts.pth").write_text("import no_fonts\n")
    return made


def run(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, with nothing of this environment but where temporary files go."""
    kept = ("PATH", "TMPDIR", "OMP_NUM_THREADS", "HF_HUB_OFFLINE", "TOKENIZERS_PARALLELISM")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | {"HOME": str(folder)}
    return subprocess.run([str(python), *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_wheel_holds_every_file_of_the_packages_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        held = {name for name in opened.namelist() if ".dist-info/" not in name}
    files = (path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file() and path.suffix != ".pyc")
    assert held == {str(path.relative_to(ROOT)) for path in files}


@pytest.mark.parametrize(
    ("extras", "arguments"),
    [
        (("gpu",), ("-c", "import retrieval.index, faiss")),
        (("cpu", "serve"), ("-m", "fusion.serve", "--help")),
        (("cpu", "serve"), ("-c", "import fusion.serving.app")),
        (("synth",), ("-m", "data.synth.make_sample", "--train", "1", "--test", "1", "--out", "out")),
        (("ray",), ("-c", "import data.cluster, ray.data")),
    ],
    ids=lambda value: " ".join(value),
)
def test_each_extra_brings_what_its_part_imports(
    extras: tuple[str, ...], arguments: tuple[str, ...], wheel: Path, tmp_path: Path
) -> None:
    done = run(make_environment(tmp_path / "environment", wheel, *extras), tmp_path, *arguments)
    assert done.returncode == 0, done.stderr


def test_what_is_not_required_is_not_there(python: Path, tmp_path: Path) -> None:
    """So that the test below says something."""
    for module in ("mplfonts", "pytest", "ray", "mypy"):
        assert "ModuleNotFoundError" in run(python, tmp_path, "-c", f"import {module}").stderr
    where = run(python, tmp_path, "-c", "import retrieval; print(retrieval.__file__)").stdout
    assert where.startswith(str(python.parent.parent))
    assert "fonts are looked for" in run(python, tmp_path, "-m", "data.synth.make_sample", "--train", "1", "--out", "out").stderr


def test_the_three_commands_run_as_installed(python: Path, tmp_path: Path) -> None:
    """On two rows of each of two labels per task, in a folder with nothing else."""
    rows = training_rows()
    chosen, asked = [], []
    for kind in (False, True):
        own = [row for row in rows if is_dialogue(row) is kind]  # four of each of four labels
        chosen += [*own[:2], *own[4:6]]
        asked.append(own[2])
    known = {row["output"] for row in chosen}
    value = json.loads(OFFICIAL_LABELS.read_text("utf-8"))
    tasks = {task: [label for label in labels if label["label"] in known] for task, labels in value["tasks"].items()}
    (tmp_path / "images").mkdir()
    for name in {name for row in chosen + asked for name in row["image"]}:
        shutil.copy(SAMPLE / "images" / name, tmp_path / "images")
    files = {"train": chosen, "test": asked, "tiny": PROFILE, "labels": value | {"name": "few", "tasks": tasks}}
    for name, content in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content), "utf-8")
    one = ("--workers", "1")
    commands = (
        ("retrieval.build_index", "--data", "train.json", "--profile", "tiny.json", "--labels", "labels.json", *one),
        ("vlm.train_lora", *one),
        ("fusion.predict", "--data", "test.json", "--policy", "full", *one),
    )
    for command in commands:
        done = run(python, tmp_path, "-m", *command, "--run", "run")
        assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in (tmp_path / "run/predictions/predictions.jsonl").read_text("utf-8").splitlines()]
    assert [value["id"] for value in found] == [row["id"] for row in asked]
    assert all(len(value["candidates"]) == 2 and "error" not in value for value in found)
    assert (tmp_path / "run/predictions/submit.csv").is_file()
