"""What is said of rows: counts with examples and a file of all; wrong image folders stop what trains."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

import data.training
from data.cases import Reader, load_cases
from data.cli import report_problems
from data.errors import InputError
from data.labels import load_labels
from data.profile import OcrSettings, load_profile
from data.reader import load_samples, rows_of
from data.reading import ReadingOptions
from data.schema import Sample, Task
from data.training import load_training, refuse_missing


def test_many_messages_are_counts_examples_and_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = [f"d{n}: image 'a{n}.jpg' is missing under /data; check --images" for n in range(120)]
    messages = [*gone, "x: row x has neither text nor images"]
    file = tmp_path / "run" / "problems.txt"
    report_problems(messages, file)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "warning: 120 messages like these:"
    assert lines[1:4] == [f"  {message}" for message in gone[:3]]
    assert lines[4:] == [f"warning: {messages[-1]}", f"warning: all 121 messages are in {file}"]
    assert file.read_text().splitlines() == messages
    report_problems([], file)
    assert capsys.readouterr().err == ""
    assert not file.exists()


def scenes(count: int) -> list[Sample]:
    return [Sample(str(n), Task.SCENE, images=(f"{n}.png",), label="支付页面") for n in range(count)]


def test_training_stops_where_many_images_are_missing(tmp_path: Path) -> None:
    for number in range(8):
        Image.new("RGB", (8, 8)).save(tmp_path / f"{number}.png")
    refuse_missing(scenes(10), tmp_path, ReadingOptions())  # a fifth may be missing
    with pytest.raises(InputError) as caught:
        refuse_missing(scenes(11), tmp_path, ReadingOptions())
    message = str(caught.value)
    assert "3 of 11 images cannot be read" in message
    assert message.count("is missing under") == 3
    assert "--allow-missing" in message
    refuse_missing(scenes(11), tmp_path, ReadingOptions(allow_missing=True))
    refuse_missing([Sample("t", Task.DIALOGUE)], tmp_path, ReadingOptions())


def test_training_stops_where_many_images_are_broken(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / f"{number}.png").write_bytes(b"no image")
    file = tmp_path / "data.csv"
    file.write_text("id,image,label\n" + "".join(f"{n},{n}.png,支付页面\n" for n in range(4)))
    profile, labels = load_profile("embedded"), load_labels()
    with pytest.raises(InputError, match="4 of 4 images cannot be read"):
        load_training(profile, labels, file, tmp_path, ReadingOptions(workers=1))
    loaded = load_training(profile, labels, file, tmp_path, ReadingOptions(workers=1, allow_missing=True))
    assert len(loaded.cases) == len(loaded.messages) == 4


def test_images_that_stand_in_the_data_are_opened_with_the_same_bounds(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.effect_mandelbrot((256, 256), (-2, -1.5, 1, 1.5), 20).save(buffer, "PNG")
    urls = [f"data:image/png;base64,{base64.b64encode(content).decode()}" for content in (buffer.getvalue(), b"no image")]
    address = "https://shop.example/a.jpg"
    file = tmp_path / "data.jsonl"
    file.write_text(f'{{"images": {[*urls, address]}}}'.replace("'", '"'))
    samples = load_samples(file)
    (case,) = load_cases(samples, Reader(tmp_path, OcrSettings(), 10_000, None))
    (page,) = case.pages
    assert (page.width, page.height, page.image) == (256, 256, 0)
    broken, fetched = case.sample.problems
    assert "is not of a kind that is read" in broken
    assert f"image '{address}' is an address, which is never fetched" in fetched
    assert [Sample(**vars(sample)) for sample in samples] == samples
    assert rows_of(samples)[0]["images"][2] == address


def test_unknown_labels_say_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_text("text,label\nhello,shipping\nhi,price\n")
    with pytest.raises(InputError) as caught:
        data.training.labelled_samples(file, load_labels())
    assert "0 of 2 labelled rows have a label that the official label file" in str(caught.value)
    assert f"python -m data.labels --data {file} --out labels.json" in str(caught.value)
