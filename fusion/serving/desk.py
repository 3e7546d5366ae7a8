"""The service's desk: asks for answers, keeps what a person should look at, and takes what people say."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from data.labels import label_key
from data.schema import Sample
from fusion.serving.problems import Refusal
from fusion.serving.reading import preview
from fusion.serving.state import Holder, State
from fusion.serving.store import Example, ExampleStore, Image, Item, Status, Store, digest_of
from fusion.serving.work import Answer, Work

SURE = 0.9  # probability below which an answer is shown to people, where no hand-over rule says which are


@dataclass(frozen=True)
class Told:
    """What came of an example: its id, and the version that answers now."""

    id: str
    model_version: str


class Desk:
    """Made and used on one event loop; whatever waits for the disk does so in threads."""

    def __init__(self, holder: Holder, work: Work, store: Store, examples: ExampleStore | None = None) -> None:
        self.holder, self.work, self.store = holder, work, store
        self.teacher: ExampleStore = examples or store
        self._keeping: set[asyncio.Task[None]] = set()

    def state(self) -> State:
        """The state that answers. Raises Refusal while none is loaded."""
        if self.holder.current is None:
            raise Refusal(503, "the service is still loading its models; /readyz says when it is ready", retry_after=5)
        return self.holder.current

    async def predict(self, samples: Sequence[Sample]) -> list[dict[str, Any]]:
        """Rows of answers; what a person should look at is kept behind the caller's back."""
        answers = await self.work.answer(samples)
        rows = [to_row(answer) for answer in answers]
        for one, answer, row in zip(samples, answers, rows, strict=True):
            if needs_person(row):
                task = asyncio.create_task(self._keep(uuid.uuid4().hex, one, answer, row, "api"))
                self._keeping.add(task)
                task.add_done_callback(self._keeping.discard)
        return rows

    async def ask(self, sample: Sample) -> str:
        """Answer a question of the page and keep it; returns the item's id."""
        (answer,) = await self.work.answer([sample])
        id_ = uuid.uuid4().hex
        await self._keep(id_, sample, answer, to_row(answer), "page")
        return id_

    async def tell(self, item: Item, label: str, source: str = "page") -> Told:
        """What a person says is right of a question that was asked; another word takes the first one's place."""
        label = self._known(item.sample, label)
        contents = await asyncio.to_thread(self._contents, item.images)
        example = Example(
            item.sample, label, source, item.answer["predict"], item.images, item.answer["model_version"], item.example or ""
        )
        id_ = await asyncio.to_thread(self.teacher.add_example, example, contents)
        await asyncio.to_thread(self.store.mark_item, item.id, "done", id_, label)
        return Told(id_, self.state().model_version)

    async def take_back(self, item: Item) -> None:
        """Undo what was said of a question."""
        if item.example:
            await asyncio.to_thread(self.teacher.remove_example, item.example)
        status: Status = "open" if needs_person(item.answer) else "seen"
        await asyncio.to_thread(self.store.mark_item, item.id, status)

    async def learn(self, sample: Sample, label: str, source: str, id_: str = "") -> Told:
        """An example that was not asked about before."""
        label = self._known(sample, label)
        if sample.problems:
            raise Refusal(422, "; ".join(sample.problems))
        state = self.state()
        contents = {digest_of(content): content for content in sample.contents.values()}
        images = tuple(
            Image(name, digest_of(sample.contents[name]) if name in sample.contents else None) for name in sample.images
        )
        example = Example(sample, label, source, None, images, state.model_version, id_)
        return Told(await asyncio.to_thread(self.teacher.add_example, example, contents), self.state().model_version)

    async def kept(self) -> None:
        """Returns when everything that is to be kept is on disk."""
        while self._keeping:
            await asyncio.gather(*self._keeping, return_exceptions=True)

    def _known(self, sample: Sample, label: str) -> str:
        """The label as the label set spells it. Raises Refusal where it is none that can be predicted."""
        labels = self.state().labels
        names = labels.names(sample.task)
        label = labels.spellings(sample.task).get(label_key(label), label)
        if label not in names:
            raise Refusal(
                422, f"{label!r} is none of the {len(names)} {sample.task} labels; correct it or add it to the label file"
            )
        return label

    def _contents(self, images: Sequence[Image]) -> dict[str, bytes]:
        found = {image.digest: self.store.content(image.digest) for image in images if image.digest}
        return {digest: content for digest, content in found.items() if content is not None}

    async def _keep(self, id_: str, sample: Sample, answer: Answer, row: dict[str, Any], source: str) -> None:
        await asyncio.to_thread(self._write, id_, sample, answer, row, source)

    def _write(self, id_: str, sample: Sample, answer: Answer, row: dict[str, Any], source: str) -> None:
        pages = answer.case.pages_by_image()
        contents, previews, images = {}, {}, []
        for place, name in enumerate(sample.images):
            page = pages[place] if place < len(pages) else None
            content = sample.contents.get(name)
            small = preview(page) if page is not None else b""
            digest = digest_of(content) if content is not None else None
            shown = digest_of(small) if small else None
            if digest is not None and content is not None:
                contents[digest] = content
            if shown:
                previews[shown] = small
            images.append(Image(name, digest, shown))
        item = Item(
            id_,
            time.time(),
            source,
            "open" if needs_person(row) else "seen",
            sample,
            tuple(images),
            row,
            sum(answer.seconds.values()),
        )
        self.store.add_item(item, contents, previews)


def to_row(answer: Answer) -> dict[str, Any]:
    """A row of predictions.jsonl with `accepted` (None without a hand-over rule), `reason` where it is handed over, and
    `model_version`."""
    row: dict[str, Any] = json.loads(answer.prediction.to_json())
    row["accepted"] = answer.verdict.accepted if answer.verdict else None
    if answer.verdict and not answer.verdict.accepted:
        row["reason"] = answer.verdict.reason
    row["model_version"] = answer.model_version
    return row


def needs_person(row: dict[str, Any]) -> bool:
    """Whether a person should look at an answer: what the rule says or, without one, whether it is unsure."""
    accepted = row.get("accepted")
    return not accepted if accepted is not None else row["probability"] < SURE
