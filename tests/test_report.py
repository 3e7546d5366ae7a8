"""The report: its figures worked out by hand, what the page holds, its bounds, and the page in a browser."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from chromium import browser
from PIL import Image
from serving_fakes import picture

from data.run import RunFolder
from data.schema import Sample, Speaker, Task, Turn
from data.taught import TaughtStore, taught_path
from data.teaching import AddExample
from fusion.album import Album
from fusion.confusion import confusion
from fusion.examples import Examples
from fusion.pages.words import WORDS
from fusion.reliability import error_of_bins, reliability
from fusion.report import MOST_TEXT, PICTURED, SHOWN, SUREST_ERRORS, listed, write_report
from retrieval.table import ExemplarTable, Row

NAMES = ("商品材质", "何时上货", "是否会生锈")


def answered(id_: str, predict: str, probability: float, exemplars: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """A row of predictions.jsonl; each exemplar contributes half of what the one before it does."""
    rest = [name for name in NAMES if name != predict]
    ranked = [(predict, probability), *((name, (1 - probability) / len(rest)) for name in rest)]
    shown = [
        {"id": one, "label": predict, "similarity": 0.5, "source": "text", "weight": 0.4 / 2**place}
        for place, one in enumerate(exemplars)
    ]
    return {
        "id": id_,
        "task": "dialogue",
        "predict": predict,
        "probability": probability,
        "candidates": [{"label": label, "probability": value} for label, value in ranked],
        "evidence": {"exemplars": shown, "stages": {"retrieval": {"label": predict, "probability": probability}}},
        "budget": {"vlm_calls": 2, "output_tokens": 2},
        **more,
    }


def asked(id_: str, label: str | None, text: str = "会漏水吗", images: tuple[str, ...] = ()) -> Sample:
    return Sample(id_, Task.DIALOGUE, (Turn(Speaker.CUSTOMER, text),), images, label)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    for name, colour in (("a.jpg", "red"), ("b.jpg", "blue"), ("c.jpg", "green")):
        (folder / name).write_bytes(picture(colour))
    return folder


@pytest.fixture
def examples(tmp_path: Path, images: Path) -> Examples:
    """A run with the examples `known` (picture b.jpg) and `plain` (none); `taught` was taught, with a picture."""
    run = RunFolder(tmp_path / "run")
    rows = [
        Row("known", Task.DIALOGUE, NAMES[0], "是什么材质做的", "", (), 0, ("b.jpg",)),
        Row("plain", Task.DIALOGUE, NAMES[1], "什么时候上货", "", (), 1, ()),
    ]
    ExemplarTable.of(rows).save(run.step("index") / "exemplars.parquet")
    store = TaughtStore(taught_path(run.path))
    store.add(AddExample("taught", asked("taught", None, "会生锈吗", ("t.jpg",)), NAMES[2]), "anna", {"t.jpg": picture("yellow")})
    store.close()
    return Examples(run, images)


def test_reliability_by_hand() -> None:
    # 0.2 and 0.25 share a bin, one of both right; 1.0 belongs to the last bin; empty bins are left out.
    bins = reliability([0.2, 0.25, 0.95, 1.0], [True, False, True, True])
    assert [(one.low, one.high, one.count) for one in bins] == [(0.2, 0.3, 2), (0.9, 1.0, 2)]
    assert [one.probability for one in bins] == [pytest.approx(0.225), pytest.approx(0.975)]
    assert [one.right for one in bins] == [0.5, 1.0]
    assert error_of_bins(bins) == pytest.approx((2 * 0.275 + 2 * 0.025) / 4)
    assert error_of_bins(reliability([], [])) == 0.0


def test_the_matrix_holds_every_pair_and_only_labels_that_occur() -> None:
    pairs = [("a", "a"), ("a", "a"), ("a", "b"), ("b", "b"), ("c", "a")]
    found = confusion(pairs)
    assert found.names == ("a", "b", "c")
    assert [[cell.count for cell in row] for row in found.rows] == [[2, 1, 0], [0, 1, 0], [1, 0, 0]]
    assert [row[0].share for row in found.rows] == [pytest.approx(2 / 3), 0.0, 1.0]


def test_a_large_matrix_puts_the_labels_with_the_fewest_errors_together() -> None:
    pairs = [("a", "b"), ("a", "b"), ("b", "a"), ("d", "d"), ("d", "d"), ("e", "e"), ("c", "a")]
    found = confusion(pairs, most=2)
    assert found.names == ("a", "b", None)
    assert found.folded == 3
    assert [[cell.count for cell in row] for row in found.rows] == [[0, 2, 0], [1, 0, 0], [1, 0, 3]]
    assert sum(cell.count for row in found.rows for cell in row) == len(pairs)


def test_the_least_certain_are_listed_and_the_surest_errors() -> None:
    pairs = [(asked(str(n), NAMES[0]), answered(str(n), NAMES[0], 0.1 + n / 1000)) for n in range(SHOWN)]
    sure = [(asked(f"s{n}", NAMES[1]), answered(f"s{n}", NAMES[0], 0.5 + n / 1000)) for n in range(SUREST_ERRORS + 5)]
    right = [(asked("right", NAMES[0]), answered("right", NAMES[0], 0.99))]
    broken = [(asked("broken", NAMES[0]), answered("broken", NAMES[0], 1.0, error="image 'x' is missing under y; check"))]
    samples, answers = zip(*[*sure, *right, *pairs[::-1], *broken], strict=True)
    ids = [samples[row].id for row in listed(answers, [sample.label for sample in samples])]
    assert ids[:3] == ["broken", "0", "1"]
    assert ids[SHOWN - 1] == str(SHOWN - 2)
    # One of the least certain made room for the broken one; of the wrong answers the surest are there, in their order.
    assert ids[SHOWN:] == [f"s{n}" for n in range(5, SUREST_ERRORS + 5)]


def test_an_album_holds_each_picture_once_and_no_more_than_it_may(images: Path) -> None:
    album = Album(10**6)
    first = album.add("a.jpg", images, 20)
    assert first is not None
    assert album.add("a.jpg", images, 20) is first
    assert (first.width, first.height) == (20, 15)
    assert Image.open(io.BytesIO(base64.b64decode(first.url.partition(",")[2]))).size == (20, 15)
    assert album.add("missing.jpg", images, 20) is None
    sent = album.add("a.jpg", images, 20, {"a.jpg": picture("black")})
    assert sent is not None
    assert sent.url != first.url
    small = Album(len(first.url) + 10)
    assert small.add("a.jpg", images, 20) is not None
    assert small.add("b.jpg", images, 20) is None
    assert small.full
    assert small.held == len(first.url)


def test_the_page_is_one_file_with_pictures_of_samples_and_of_examples(tmp_path: Path, images: Path, examples: Examples) -> None:
    samples = [
        asked("1", NAMES[0], "<script>alert(1)</script> <image>", ("a.jpg",)),
        asked("2", NAMES[1], images=("gone.jpg",)),
        asked("3", None),
    ]
    predictions = [
        answered("1", NAMES[0], 0.9, ("known", "plain", "taught"), accepted=True),
        answered(
            "2", NAMES[0], 0.6, ("known",), accepted=False, error="image 'gone.jpg' is missing under images; check --images"
        ),
        answered("3", NAMES[2], 0.7, accepted=False, reason="unsure"),
    ]
    path = tmp_path / "report.html"
    write_report(path, samples, predictions, images, examples)
    page = path.read_text("utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)
    assert not re.search(r"https?://|@import|url\(", page)
    # The sample's, the example's (which two samples share) and the taught example's; others have none.
    assert page.count("<image id=") == 3
    assert page.count("<use ") == 4
    for shown in (
        "是什么材质做的",
        "会生锈吗",
        WORDS["report_matrix"][0],
        WORDS["report_matrix"][1],
        WORDS["complaint_missing"][1],
        WORDS["why_unsure"][1],
        "image &#39;gone.jpg&#39; is missing under images",
        "Expected calibration error",
    ):
        assert shown in page
    # Of the two labelled ones one is right: in the bins of 0.6 and 0.9, |0.6 - 0| and |0.9 - 1| are 0.35 on average.
    assert "0.3500" in page
    assert re.search(rf'class="miss-5" data-task="dialogue" data-true="{NAMES[1]}" data-predicted="{NAMES[0]}">1', page)
    order = re.findall(r'<li data-task="dialogue" data-true="([^"]*)" data-predicted="([^"]*)"(?: data-right="(\w+)")?', page)
    assert order == [(NAMES[1], NAMES[0], "no"), ("", NAMES[2], ""), (NAMES[0], NAMES[0], "yes")]
    assert [one.split('"')[0] for one in page.split(' data-accepted="')[1:]] == ["no", "no", "yes"]
    assert [float(one) for one in re.findall(r"Contribution (\d+)%", page)] == [40, 40, 20, 10]


def test_without_labels_and_without_answers(tmp_path: Path, images: Path) -> None:
    nothing = {
        **answered("2", "", 0.0, error="the label set of the run has no scene labels, so"),
        "candidates": [],
        "task": "scene",
    }
    nothing["evidence"] = {"exemplars": [], "stages": {}}
    path = tmp_path / "report.html"
    old = answered("1", NAMES[0], 0.9, ("known",))
    del old["evidence"]["exemplars"][0]["weight"]  # as predictions of earlier versions
    write_report(path, [asked("1", None), Sample("2", Task.SCENE, images=("a.jpg",))], [old, nothing], images)
    page = path.read_text("utf-8")
    assert '<table class="matrix"' not in page
    assert 'name="true"' not in page
    assert WORDS["complaint_no_labels"][0] in page
    assert page.count("<image id=") == 1


def test_size_is_bounded_whatever_the_number_of_rows(tmp_path: Path, images: Path) -> None:
    samples = [asked(str(n), NAMES[n % 3], "很长" * MOST_TEXT, ("a.jpg",)) for n in range(3_000)]
    samples[0] = replace(samples[0], turns=samples[0].turns * 500)
    path = tmp_path / "report.html"
    write_report(path, samples, [answered(str(n), NAMES[0], 0.5) for n in range(3_000)], images)
    page = path.read_text("utf-8")
    assert page.count('<li data-task="dialogue"') == SHOWN + SUREST_ERRORS
    assert page.count("<use ") == PICTURED
    assert page.count("<image id=") == 1
    assert f"{3_000 - SHOWN - SUREST_ERRORS} more are in predictions.jsonl" in page
    assert "440 earlier turns are left out" in page
    assert path.stat().st_size < 8 * 2**20


def test_the_report_needs_none_of_the_packages_of_the_service() -> None:
    code = "import sys; sys.modules['fastapi'] = sys.modules['starlette'] = None; import fusion.report"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent.parent, check=False).returncode == 0


@pytest.fixture
def written(tmp_path: Path, images: Path, examples: Examples) -> Path:
    """Six samples: the label number n is answered with label number n // 2, surest last."""
    samples = [asked(str(n), NAMES[n % 3], images=("a.jpg",)) for n in range(6)]
    predictions = [answered(str(n), NAMES[n // 2], 0.4 + n / 10, ("known",), accepted=n > 3) for n in range(6)]
    path = tmp_path / "report.html"
    write_report(path, samples, predictions, images, examples)
    return path


@pytest.mark.slow
def test_filters_and_languages_in_a_browser(written: Path) -> None:
    with browser("zh-CN") as driver:
        from selenium.webdriver.common.by import By
        from selenium.webdriver.common.keys import Keys
        from selenium.webdriver.support.ui import Select

        def one(selector: str) -> Any:
            return driver.find_element(By.CSS_SELECTOR, selector)

        def shown() -> list[str]:
            found = [item for item in driver.find_elements(By.CSS_SELECTOR, "#list > li") if item.is_displayed()]
            return [item.find_element(By.CSS_SELECTOR, "summary .hint").text for item in found]

        driver.get(written.as_uri())
        assert one("h1").text == WORDS["report_title"][1]
        assert one("html").get_attribute("lang") == "zh-CN"
        one("#in-en").click()
        assert one("h1").text == WORDS["report_title"][0]
        assert one("html").get_attribute("lang") == "en"

        assert shown() == ["0", "1", "2", "3", "4", "5"]
        Select(one("select[name=right]")).select_by_value("no")
        assert shown() == ["1", "2", "3", "4"]
        assert one("#count").text == "4"
        Select(one("select[name=true]")).select_by_value(NAMES[0])
        assert shown() == ["3"]
        Select(one("select[name=accepted]")).select_by_value("yes")
        assert shown() == []
        assert one("#none").is_displayed()
        one("#filters button").click()
        assert len(shown()) == 6

        # By keyboard: a number of the matrix leads to its samples, and the first of them opens.
        driver.execute_script("arguments[0].focus()", one(f'td[data-true="{NAMES[2]}"][data-predicted="{NAMES[1]}"] button'))
        driver.switch_to.active_element.send_keys(Keys.ENTER)
        assert shown() == ["2"]
        assert not one("#list > li:nth-child(3) h3").is_displayed()
        driver.switch_to.active_element.send_keys(Keys.ENTER)
        assert one("#list > li:nth-child(3) h3").is_displayed()
        width = driver.execute_script(
            "return document.querySelector('li:nth-child(3) svg.picture').getBoundingClientRect().width"
        )
        assert width == pytest.approx(42, abs=3)  # 40 pixels and its border
        assert [line["message"] for line in driver.get_log("browser")] == []


@pytest.mark.slow
def test_without_scripts_all_is_there_in_a_browser(written: Path) -> None:
    with browser(script=False) as driver:
        from selenium.webdriver.common.by import By

        driver.get(written.as_uri())
        assert not driver.find_element(By.ID, "filters").is_displayed()
        assert all(item.is_displayed() for item in driver.find_elements(By.CSS_SELECTOR, "#list > li"))
        assert driver.find_element(By.TAG_NAME, "h1").text == WORDS["report_title"][0]
        driver.find_element(By.ID, "in-zh").click()
        assert driver.find_element(By.TAG_NAME, "h1").text == WORDS["report_title"][1]
        driver.find_element(By.CSS_SELECTOR, "#list summary").click()
        assert driver.find_element(By.CSS_SELECTOR, "#list h3").is_displayed()
