"""Written knowledge: the shipped file is what the generator makes, and reading it takes neither generator nor font."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import retrieval.write_knowledge
from data.case import Case
from data.labels import load_labels
from data.schema import Task
from data.synth import fonts
from retrieval.views import case_view
from retrieval.write_knowledge import generate_cases
from retrieval.written import PER_LABEL, WRITTEN_FILE, read_written, save_written, written_cases

ROOT = Path(__file__).parent.parent
NAMES = {task: load_labels().names(task) for task in Task}


def test_the_file_is_what_the_generator_makes(tmp_path: Path, font: None) -> None:
    made = generate_cases()
    save_written(tmp_path / "written.json.gz", made)
    again, shipped = read_written(tmp_path / "written.json.gz"), read_written(WRITTEN_FILE)
    for task in Task:
        assert [name for name, _ in again[task]] == [name for name, _ in shipped[task]]
        pairs = [(one, other) for (_, one), (_, other) in zip(again[task], shipped[task], strict=True)]
        changed = {one.sample.label for one, other in pairs if one.sample != other.sample or words(one) != words(other)}
        assert not changed, f"{changed}: run `python -m retrieval.write_knowledge`"
        # Labels on photos are as wide as the font makes them.
        assert all(np.allclose(boxes(one), boxes(other), atol=0.005) for one, other in pairs)
        # What is rounded in the file makes no difference to what is read of it.
        assert [case_view(case) for _, case in made[task]] == [case_view(case) for _, case in shipped[task]]


def words(case: Case) -> list[str]:
    return [line.text for page in case.pages for line in page.lines]


def boxes(case: Case) -> list[tuple[float, ...]]:
    return [line.box for page in case.pages for line in page.lines]


def test_cases_are_the_first_of_each_label() -> None:
    every = written_cases(NAMES)
    for task in Task:
        assert [name for name, _ in every[task]] == [name for name in dict(every[task]) for _ in range(PER_LABEL)]
        assert set(dict(every[task])) == set(NAMES[task])
        assert all(case.sample.task is task and case.sample.label == name for name, case in every[task])
    assert sum(bool(case.page_text()) for _, case in every[Task.SCENE]) > 0.9 * len(every[Task.SCENE])
    names = NAMES[Task.DIALOGUE][3:5]
    few = written_cases({Task.DIALOGUE: [*names, "未知"]}, 2)
    assert few[Task.SCENE] == []
    assert sorted(name for name, _ in few[Task.DIALOGUE]) == sorted([*names] * 2)
    assert all(pair in every[Task.DIALOGUE] for pair in few[Task.DIALOGUE])


def test_reading_loads_no_generator() -> None:
    code = (
        "import sys, retrieval.indexing, vlm.lora.written; print([name for name in sys.modules if name.startswith('data.synth')])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_a_font_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fonts, "installed_fonts", dict)
    fonts.image_font.cache_clear()
    fonts.find_font.cache_clear()
    assert retrieval.write_knowledge.main(["--out", str(tmp_path / "out")]) == 2
    assert "no Chinese font found; install the Debian package fonts-noto-cjk" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
