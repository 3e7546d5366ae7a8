"""A case: a sample with its images opened and read, the unit that retrieval, the VLM and fusion work on."""

from __future__ import annotations

from dataclasses import dataclass

from data.page import READABLE, Page, legible
from data.rectify import NOISE, nothing_but
from data.schema import Sample, strip_marks


@dataclass(frozen=True)
class Case:
    """`pages` are the images that could be used, in the sample's order; images with problems are left out."""

    sample: Sample
    pages: tuple[Page, ...] = ()

    def pages_by_image(self) -> list[Page | None]:
        """The page of each of the sample's images, None for those that could not be used."""
        places = [place if page.image is None else page.image for place, page in enumerate(self.pages)]
        found: list[Page | None] = [None] * max(len(self.sample.images), *(place + 1 for place in places), 0)
        for place, page in zip(places, self.pages, strict=True):
            found[place] = page
        return found

    def page_text(self) -> str:
        """The text of all pages, a blank line between two."""
        return "\n\n".join(text for text in (page.text() for page in self.pages) if text)

    def is_empty(self) -> bool:
        """Whether there is nothing to answer from: no text in any turn, and pages that show nothing."""
        if any(strip_marks(turn.text) for turn in self.sample.turns):
            return False
        return all(nothing_on(page) for page in self.pages)


def nothing_on(page: Page) -> str | None:
    """What a page has on it where that is nothing: one colour, a gradient or noise. None where it shows something.

    Few characters that were read in noise are imagined, since print has edges.
    """
    if page.pixels is None or legible(page.lines) >= READABLE:
        return None
    found = nothing_but(page.pixels)
    return found if not page.lines or found == NOISE else None
