"""Progress in a log file: whole lines, no control characters."""

from __future__ import annotations

import io
import sys
import time

import pytest

import data.progress
from data.progress import track


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_file_gets_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(data.progress, "EVERY", 0.05)
    for _ in track(range(20), "images", "sample"):
        time.sleep(0.01)
    written = capsys.readouterr().err
    assert written.endswith("\n")
    assert "\r" not in written
    assert "\x1b" not in written
    lines = written.splitlines()
    assert 3 <= len(lines) <= 8
    assert all(line.startswith("images: ") for line in lines)
    assert lines[-1].startswith("images: 20 of 20 samples, ")
    assert len(set(lines)) == len(lines)


def test_updates_by_hand_and_none(capsys: pytest.CaptureFixture[str]) -> None:
    with track(desc="predict", unit="sample", total=9, initial=3) as bar:
        bar.update(6)
    assert capsys.readouterr().err.splitlines()[-1].startswith("predict: 9 of 9 samples, ")
    list(track(range(3), "encoding", "batch"))
    assert capsys.readouterr().err.splitlines()[-1].startswith("encoding: 3 of 3 batches, ")
    assert list(track(range(3), disable=True)) == [0, 1, 2]
    assert capsys.readouterr().err == ""


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    list(track(range(3), "images"))
    assert "\r" in terminal.getvalue()
    assert "images: 100%" in terminal.getvalue()
