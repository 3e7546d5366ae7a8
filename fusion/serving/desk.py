"""The service's desk: asks for answers, keeps what a person should look at, and takes what people say."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data.case import Case, nothing_on
from data.errors import ImageError
from data.labels import label_key
from data.schema import Sample, Task
from data.taught import with_contents
from data.teaching import digest_of
from fusion.live.rules import Audited
from fusion.serving.audit_store import NONE, AuditStore, key_of
from fusion.serving.auditing import Auditing
from fusion.serving.problems import Refusal
from fusion.serving.reading import preview
from fusion.serving.state import Holder, State
from fusion.serving.store import AUDIT, Image, Item, Status
from fusion.serving.work import Answer, Work
from fusion.teaching.teacher import Teacher

SURE = 0.9  # probability below which an answer is shown to people, where no hand-over rule says which are


@dataclass(frozen=True)
class Told:
    """What came of an example: its id, the version of the change, the version that answers now, and (id, label) of the
    near-duplicates that have other labels."""

    id: str
    version: int
    model_version: str
    contradicts: tuple[tuple[str, str], ...]


class NothingToLearn(Refusal):
    """A question that has nothing in it."""


class Desk:
    """Made and used on one event loop; whatever waits for the disk does so in threads. `images` is the folder of images that are
    named and not sent."""

    def __init__(
        self,
        holder: Holder,
        work: Work,
        store: AuditStore,
        teacher: Teacher,
        auditing: Auditing,
        images: Path | None = None,
    ) -> None:
        self.holder, self.work, self.store, self.teacher, self.auditing, self.images = (
            holder,
            work,
            store,
            teacher,
            auditing,
            images,
        )
        self._keeping: set[asyncio.Task[None]] = set()
        self._writer = ThreadPoolExecutor(1, "keep")  # one thread: drawn answers count in the order in which they are kept

    def state(self) -> State:
        """The state that answers. Raises Refusal while none is loaded."""
        if self.holder.current is None:
            raise Refusal(
                503, "the service is still loading its models; /readyz says when it is ready", retry_after=5, kind="loading"
            )
        return self.holder.current

    async def predict(self, samples: Sequence[Sample]) -> list[dict[str, Any]]:
        """Rows of answers; what a person should look at, or what was drawn for one, is kept behind the caller's back."""
        drawn = self.auditing.drawn(len(samples))
        answers = await self.work.answer(samples)
        rows = [to_row(answer) for answer in answers]
        for one, answer, row, audit in zip(samples, answers, rows, drawn, strict=True):
            if not row.get("error"):
                self.auditing.answered(answer.case, row["predict"], row["probability"])
            audit = audit and not row.get("error")  # Such answers are never accepted, and no promise is about them.
            if audit or needs_person(row):
                task = asyncio.create_task(self._keep(uuid.uuid4().hex, one, answer, row, AUDIT if audit else "api"))
                self._keeping.add(task)
                task.add_done_callback(self._keeping.discard)
        return rows

    async def ask(self, sample: Sample) -> str:
        """Answer a question of the page and keep it; returns the item's id."""
        (answer,) = await self.work.answer([sample])
        id_ = uuid.uuid4().hex
        await self._keep(id_, sample, answer, to_row(answer), "page")
        return id_

    async def tell(self, item: Item, label: str, who: str = "page") -> Told:
        """What a person says is right of a question that was asked; another word takes the first one's place.

        Images that cannot be used are left out. Raises NothingToLearn where nothing is left.
        """
        label = await self.known(item.sample.task, label)
        await self._audited(item, label, who)
        case = await self._read(await asyncio.to_thread(self._asked, item))
        if case.is_empty():
            raise NothingToLearn(422, f"question {item.id} has neither text nor an image that is there; it teaches nothing")
        note = {"predicted": item.answer["predict"], "model_version": item.answer["model_version"]}
        told = await self._teach(usable(case), label, who, taught_as(item), note)
        await asyncio.to_thread(self.store.mark_item, item.id, "done", told.id, label)
        return told

    async def say(self, item: Item, label: str, who: str = "page") -> None:
        """The same also of a question with nothing in it: a person has looked at it, and it teaches nothing."""
        try:
            await self.tell(item, label, who)
        except NothingToLearn:
            label = await self.known(item.sample.task, label)
            await asyncio.to_thread(self.store.mark_item, item.id, "done", None, label)

    async def none_is_right(self, item: Item, who: str = "page") -> None:
        """A person says of a drawn question that none of the labels is right; that teaches nothing. Raises Refusal for others."""
        if not await self._audited(item, NONE, who):
            raise Refusal(422, "expected a label; that none is right can be said of questions of the audit sample only")
        await asyncio.to_thread(self.teacher.remove, taught_as(item), who, {})
        await asyncio.to_thread(self.store.mark_item, item.id, "done", None, NONE)

    async def _audited(self, item: Item, said: str | None, who: str) -> bool:
        """Note what a person said of a drawn question, before it is taught; whether it is one."""
        if item.source != AUDIT or not await asyncio.to_thread(self.store.mark_audit, item.id, said, who):
            return False
        self.auditing.told()
        return True

    async def take_back(self, item: Item, who: str = "page") -> None:
        """Undo what was said of a question."""
        await self._audited(item, None, who)
        await asyncio.to_thread(self.teacher.remove, taught_as(item), who, {})
        status: Status = "open" if needs_person(item.answer) or item.source == AUDIT else "seen"
        await asyncio.to_thread(self.store.mark_item, item.id, status)

    async def learn(self, sample: Sample, label: str, who: str, id_: str = "") -> Told:
        """An example that was not asked about before."""
        if sample.problems:
            raise Refusal(422, "; ".join(sample.problems))
        if self.images is not None:
            sample = await asyncio.to_thread(with_contents, sample, self.images)
        label = await self.known(sample.task, label)
        case = await self._read(sample)
        if case.sample.problems:
            raise Refusal(422, "; ".join(case.sample.problems))
        return await self._teach(replace(case, sample=sample), label, who, id_, {})

    async def counts(self, version: int, seconds: float) -> bool:
        """Wait until a change counts for answers, or the service is to stop; whether it does."""
        end = time.monotonic() + seconds
        while self.teacher.applied < version and time.monotonic() < end and not self.work.draining:
            await asyncio.sleep(0.05)
        return self.teacher.applied >= version

    async def known(self, task: Task, label: str) -> str:
        """The label as the label set spells it. Raises Refusal where it is none that can be predicted."""
        labels = await asyncio.to_thread(self.teacher.labels, self.state().labels)
        names = labels.names(task)
        label = labels.spellings(task).get(label_key(label), label)
        if label not in names:
            detail = f"{label!r} is none of the {len(names)} {task} labels; correct it, or add it with POST /v1/labels"
            raise Refusal(422, detail, kind="unknown_label")
        return label

    async def _read(self, sample: Sample) -> Case:
        """The case of a sample, with the bytes of its images."""
        case = await self.work.read(sample) if sample.images else Case(sample)
        return replace(case, sample=replace(case.sample, contents=sample.contents))

    async def _teach(self, case: Case, label: str, who: str, id_: str, note: Mapping[str, Any]) -> Told:
        await asyncio.to_thread(self.store.add_taught, key_of(case))
        lesson = await asyncio.to_thread(self.teacher.add, case.sample, label, who, case, id_, note)
        return Told(lesson.id, lesson.version, self.state().model_version, lesson.contradicts)

    def _asked(self, item: Item) -> Sample:
        """The question with the bytes of its images; those that cannot be had any more are left out."""
        contents = {}
        for image in item.images:
            found = self.store.content(image.digest) if image.digest else None
            if found is None and not image.digest and self.images is not None:
                with contextlib.suppress(ImageError):
                    found = with_contents(replace(item.sample, images=(image.name,)), self.images).contents[image.name]
            if found is not None:
                contents[image.name] = found
        return replace(item.sample, images=tuple(name for name in item.sample.images if name in contents), contents=contents)

    async def kept(self) -> None:
        """Returns when everything that is to be kept is on disk."""
        while self._keeping:
            await asyncio.gather(*self._keeping, return_exceptions=True)

    async def _keep(self, id_: str, sample: Sample, answer: Answer, row: dict[str, Any], source: str) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._writer, self._write, id_, sample, answer, row, source)

    def _write(self, id_: str, sample: Sample, answer: Answer, row: dict[str, Any], source: str) -> None:
        audit = source == AUDIT and self.store.room() and not self.store.is_taught(key_of(answer.case))
        if source == AUDIT and not audit:
            if not needs_person(row):
                return
            source = "api"
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
            "open" if audit or needs_person(row) else "seen",
            sample,
            tuple(images),
            row,
            sum(answer.seconds.values()),
        )
        if audit:
            self.store.add_audit(item, to_audited(answer), contents, previews)
            self.auditing.told()
        else:
            self.store.add_item(item, contents, previews)


def taught_as(item: Item) -> str:
    """The id of the example that a question teaches: one for each question, so that who says it twice at the same time teaches
    one example. Questions of earlier versions have examples with ids of their own."""
    return item.example or item.id


def usable(case: Case) -> Case:
    """Without the images that could not be read or show nothing, and what was said of them."""
    paired = zip(case.sample.images, case.pages_by_image(), strict=False)
    kept = [(name, page) for name, page in paired if page is not None and not nothing_on(page)]
    sample = replace(case.sample, images=tuple(name for name, _ in kept), problems=())
    return Case(sample, tuple(replace(page, image=place) for place, (_, page) in enumerate(kept)))


def to_row(answer: Answer) -> dict[str, Any]:
    """A row of predictions.jsonl, with `accepted` also without a hand-over rule (None then), and `model_version`."""
    row: dict[str, Any] = json.loads(replace(answer.prediction, verdict=answer.verdict).to_json())
    return {**row, "accepted": row.get("accepted"), "model_version": answer.model_version}


def to_audited(answer: Answer) -> Audited:
    """What of an answer the audit sample keeps, before anybody has labelled it."""
    prediction, verdict = answer.prediction, answer.verdict
    accepted, rule = (verdict.accepted, verdict.rule) if verdict else (None, "")
    task, label = Task(prediction.task), prediction.predict
    return Audited(task, prediction.probability, None, accepted, rule, prediction.out_of_scope, label)


def needs_person(row: dict[str, Any]) -> bool:
    """Whether a person should look at an answer: what the rule says or, without one, whether it is unsure."""
    accepted = row.get("accepted")
    return not accepted if accepted is not None else row["probability"] < SURE
