"""The chain of a run after what it was taught.

    applying = Applying(run, chain, record, read, reading)
    chain = applying.apply(store, store.taught())          # another chain; the one before stays as it is

Indexes and probes are made anew, prompts get the labels of now. The fusion model, the weights of retrieval's opinion pool and the
VLM's adapter are the run's own: none of them knows labels or examples, they weigh kinds of evidence. An example that was taught
therefore needs no out-of-fold scores, neither retrieval's nor the VLM's, and none are made. A hand-over rule is made from such
scores: it stays that of the run as it was built, says so, and accepts no answer with a label that it had no example of.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from data.case import Case
from data.errors import ProfileError
from data.labels import LabelSet
from data.profile import VlmSettings
from data.reading import ReadingOptions
from data.run import Manifest, RunFolder
from data.schema import Sample
from data.taught import TaughtStore, taught_to
from data.teaching import Taught, image_digests, sample_to_json
from data.training import data_file
from fusion.chain import Asker, Chain, label_counts
from retrieval.duplicates import DuplicateSearch
from retrieval.encoded import Encoded, load_encoded, save_encoded
from retrieval.indexing import knowledge_for
from retrieval.updating import KnownLabels, Prepared
from retrieval.vectors import encode_cases
from vlm.prompt import prompt_builder


class Applying:
    """One run. `apply` is called by one thread at a time, `contradictions` by any."""

    def __init__(self, run: RunFolder, manifest: Manifest, base: Chain, read: Callable[[Sample], Case], reading: ReadingOptions):
        """`base` is the run's chain as it was built; `read` reads an image whose text is not known yet."""
        self.run, self.manifest, self.base, self.read, self.reading = run, manifest, base, read, reading
        record = {name: value for name, value in run.require("index").items() if name != "files"}
        self._made_by = json.dumps([record, dataclasses.asdict(base.profile.ocr)], sort_keys=True)
        self._turn = threading.Lock()
        self._prepared: Prepared | None = None
        self._known: KnownLabels | None = None
        self._own: dict[str, Encoded] = {}
        self._searches: tuple[tuple[DuplicateSearch, Mapping[int, str]], ...] = ()

    def prepare(self) -> Prepared:
        """What takes long and is done once: the examples' n-grams and what is known of the labels."""
        with self._turn:
            if self._prepared is None:
                read = self._read_data_file()
                prepared = Prepared.of(self.base.retriever, self.manifest.labels, read, self.base.profile.seed)
                self._known = prepared.know(self.manifest.labels, self._knowledge)
                self._search = DuplicateSearch.over(read.cases, read.vectors.image)
                self._searches = ((self._search, {place: str(case.sample.label) for place, case in enumerate(read.cases)}),)
                self._prepared = prepared
            return self._prepared

    def apply(self, store: TaughtStore, taught: Taught) -> Chain:
        """The chain after `taught`, which is `store`'s."""
        prepared = self.prepare()
        labels = taught.label_set(self.manifest.labels)
        own = self._encoded(store, taught)
        self._known = prepared.know(labels, self._knowledge, self._known)
        retriever = prepared.updated(taught, own, self._known)
        places, cases = taught.kept(prepared.read.cases)
        of_file = {place: str(case.sample.label) for place, case in zip(places, cases, strict=True)}
        of_own = {place: str(case.sample.label) for place, case in enumerate(own.cases)}
        self._searches = (self._search, of_file), (DuplicateSearch.over(own.cases, own.vectors.image), of_own)
        rule = self.base.rule
        if rule is not None and taught.digest() != store.taught(self.manifest.taught).digest():
            rule = rule.after_teaching()
        return dataclasses.replace(
            self.base,
            labels=labels,
            retriever=retriever,
            asker=asker_with(labels, self.base.asker, self.base.profile.vlm),
            counts=label_counts(retriever, labels),
            rule=rule,
            version=taught.version,
        )

    def encode(self, case: Case) -> Encoded:
        """A case as it is kept."""
        return Encoded([case], encode_cases(self.base.encoder, [case]))

    def remember(self, store: TaughtStore, sample: Sample, encoded: Encoded) -> None:
        """Keep what was read of a taught example, so that it is not read again."""
        key = self._key(sample)
        store.keep_derived({key: encoded.to_bytes()})

    def contradictions(self, encoded: Encoded, label: str) -> list[tuple[str, str]]:
        """(id, label) of the known near-duplicates of a case that have another label than `label`."""
        self.prepare()
        (case,) = encoded.cases
        found = []
        for search, labels in self._searches:
            for place in search.of(case, encoded.vectors.image[0]):
                other = search.cases[place].sample.id
                if labels.get(place, label) != label and other != case.sample.id:
                    found.append((other, labels[place]))
        return found

    def _encoded(self, store: TaughtStore, taught: Taught) -> Encoded:
        """The taught examples; those that were not encoded yet are read, encoded and kept."""
        keys = {id_: self._key(sample) for id_, sample in taught.examples.items()}
        missing: dict[str, Case] = {}
        for id_, key in keys.items():
            if key in self._own:
                continue
            content = store.derived(key)
            if content is not None:
                self._own[key] = Encoded.from_bytes(content)
            else:
                missing[key] = self.read(taught.examples[id_])
        if missing:
            encoded = Encoded(list(missing.values()), encode_cases(self.base.encoder, list(missing.values())))
            made = {key: encoded.take([place]) for place, key in enumerate(missing)}
            store.keep_derived({key: one.to_bytes() for key, one in made.items()})
            self._own |= {key: Encoded.from_bytes(one.to_bytes()) for key, one in made.items()}  # without pixels
        if not keys:
            return Encoded([], self.prepare().read.vectors.take([]))
        joined = Encoded.join([self._own[key] for key in keys.values()])
        samples = taught.examples.values()
        return Encoded([Case(sample, case.pages) for sample, case in zip(samples, joined.cases, strict=True)], joined.vectors)

    def _key(self, sample: Sample) -> str:
        text = f"{self._made_by}\n{sample_to_json(sample)}\n{json.dumps(image_digests(sample), sort_keys=True)}"
        return hashlib.sha256(text.encode()).hexdigest()

    def _read_data_file(self) -> Encoded:
        """The cases of the run's data file: as the index step kept them or, in a run of an earlier version, read once more."""
        folder = self.run.step("taught")
        found = load_encoded(self.run.step("index")) or load_encoded(folder)
        if found is None:
            taught = taught_to(self.run.path, self.manifest.taught)
            cases = data_file(self.run, self.manifest, taught, self.reading, progress=None).cases
            found = Encoded(cases, encode_cases(self.base.encoder, cases))
            save_encoded(folder, found)
        return found

    def _knowledge(self, labels: LabelSet) -> Any:
        return knowledge_for(labels, self.base.encoder, self.base.profile)


def asker_with(labels: LabelSet, base: Asker | None, settings: VlmSettings) -> Asker | None:
    """`base` with prompts of other labels. Those of a task whose labels are `base`'s stay, with what the engine keeps; a task
    whose labels are too many for a prompt has none, and retrieval answers."""
    if base is None or not base.builders:
        return base
    builders = dict(base.builders)
    tokenizer = next(iter(builders.values())).tokenizer
    for task in labels.tasks:
        if task not in builders or builders[task].labels != labels.active(task):
            builders.pop(task, None)
            with contextlib.suppress(ProfileError):
                builders[task] = prompt_builder(tokenizer, task, labels.active(task), settings)
    return Asker(base.scorer, builders)
