"""A finished run in memory, which answers one request after another: in a program, a service, or a process of a cluster.

    predictor = Predictor.open(Path("runs/mine"), images=Path("images"))
    turns = (Turn(Speaker.CUSTOMER, "<image>这个会漏水吗"),)
    (answer,) = predictor([Sample("1", Task.DIALOGUE, turns, ("a.jpg",))])

`data.reader.parse_rows` makes samples of the organiser's rows.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.case import Case
from data.cases import CaseReader, Reader
from data.profile import Engine, Policy, Profile
from data.run import Manifest, RunFolder
from data.schema import Sample
from data.writers import Prediction
from fusion.chain import Chain
from fusion.handover import HandoverRule, Promise
from fusion.loading import load_chain, run_manifest


@dataclass(frozen=True)
class Predictor:
    """Answers what `fusion.predict` answers. Threads may share it; their requests are answered one after the other."""

    chain: Chain
    read: Callable[[Sample], Case]
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @classmethod
    def open(
        cls,
        run: Path,
        images: Path,
        policy: Policy | None = None,
        engine: Engine | None = None,
        cache: Path | None = None,
        promise: Promise | None = None,
    ) -> Predictor:
        """Load a run, and fit its fusion where that was not done yet. Images are found under the folder `images`.

        Policy and engine default to the profile's; without a `cache` all text is recognised; with a `promise` answers are
        accepted or handed over. Raises RunError where a step is missing, and InputError where there is no such folder.
        """
        folder = RunFolder(run)
        manifest = run_manifest(folder, policy=policy, engine=engine)
        read = single_reader(manifest.profile, images, cache)
        return cls(load_chain(folder, manifest, promise), read)

    @classmethod
    def load(cls, run: RunFolder, manifest: Manifest, reader: Reader, rule: HandoverRule | None = None) -> Predictor:
        """For one of several processes: as `run_manifest` and the reader say, images read with one thread. The
        `rule` is fitted once for all of them."""
        return cls(load_chain(run, manifest, rule), CaseReader(reader))

    def __call__(self, samples: Sequence[Sample]) -> list[Prediction]:
        """Predictions in the order of the samples; what is wrong with a sample is in its prediction's `error`."""
        with self._turn:
            return self.chain.predict([self.read(sample) for sample in samples])


def single_reader(profile: Profile, images: Path, cache: Path | None) -> CaseReader:
    """Reads one sample at a time in this process, its text with all processors that the process may use."""
    return CaseReader(Reader.for_profile(profile, images, cache, workers=1), threads=len(os.sched_getaffinity(0)))
