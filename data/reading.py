"""How a command reads images: one object, made from the command line (`data.cli.reading_options`) and passed on whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from data.cases import Reader
from data.cluster import Cluster
from data.profile import Profile


@dataclass(frozen=True)
class ReadingOptions:
    """`cache` is the folder that keeps recognised text (None: nothing is kept). `workers` processes read images (None: one per
    processor). `cluster` takes their place where it is given. `allow_missing`: training goes on where many images cannot
    be read."""

    cache: Path | None = None
    workers: int | None = None
    cluster: Cluster | None = None
    allow_missing: bool = False

    def reader(self, profile: Profile, images: Path) -> Reader:
        """The reader of a profile for a folder of images. Raises InputError where there is no such folder."""
        return Reader.for_profile(profile, images, self.cache, self.workers)
