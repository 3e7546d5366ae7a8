"""Progress on standard error: a bar where people watch it, a line every few seconds where it goes to a file.

for sample in track(samples, "images", "sample"):
    ...
with track(desc="predict", unit="sample", total=100) as bar:
    bar.update(10)
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

from tqdm import tqdm

EVERY = 5.0  # seconds between two lines
LINE = "{desc}: {n_fmt} of {total_fmt} %s, {elapsed} passed, {remaining} left, {rate_fmt}{postfix}"


class _Lines(tqdm):  # type: ignore[type-arg]
    """The same, written as lines that end with a newline and are not written over."""

    disable: bool

    @staticmethod
    def status_printer(file: Any) -> Callable[[str], None]:
        """What writes a state; an empty one only wipes the bar, and there is none."""

        def write(text: str) -> None:
            if text.strip():
                file.write(f"{text}\n")
                file.flush()

        return write

    def close(self) -> None:
        """Write the last state, where it was not written yet. tqdm's own would wipe a bar."""
        if self.disable:
            return
        if self.n != self.last_print_n:
            self.refresh()
        self.disable = True
        self._decr_instances(self)


def track(
    iterable: Iterable[Any] | None = None,
    desc: str = "",
    unit: str = "it",
    *,
    total: int | None = None,
    initial: int = 0,
    disable: bool = False,
) -> Any:
    """A tqdm bar over an iterable, or one to be updated by hand. `desc` names what is done, `unit` one of what is counted."""
    settings: dict[str, Any] = {"desc": desc, "unit": unit, "total": total, "initial": initial, "disable": disable}
    if sys.stderr is not None and sys.stderr.isatty():
        return tqdm(iterable, mininterval=1, **settings)
    plural = unit + ("es" if unit.endswith("ch") else "s")
    return _Lines(iterable, mininterval=EVERY, maxinterval=EVERY, bar_format=LINE % plural, **settings)
