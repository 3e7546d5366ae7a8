"""A run's labelled examples as people see them, by id: those of the index, and those that were taught since."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from data.run import RunFolder
from data.taught import taught_to
from fusion.pages.known import Known
from retrieval.table import ExemplarTable

TABLE = "exemplars.parquet"


@dataclass(frozen=True)
class Examples:
    """Examples of a run, whose `images` lie in that folder."""

    run: RunFolder
    images: Path

    def find(self, ids: Collection[str]) -> dict[str, Known]:
        """The examples with these ids. Raises RunError where the index cannot be read."""
        wanted = set(ids)
        if not wanted:
            return {}
        table = ExemplarTable.load(self.run.step("index") / TABLE)
        places = {id_: place for place, id_ in reversed(list(enumerate(table.ids))) if id_ in wanted}
        found = {}
        for id_, place in places.items():
            row = table[place]
            found[id_] = Known(id_, row.task, row.label, row.text, row.images)
        for id_, sample in taught_to(self.run.path).examples.items():
            if id_ in wanted:
                label, text = str(sample.label), sample.customer_text()
                found[id_] = Known(id_, sample.task, label, text, sample.images, sample.contents)
        return found
