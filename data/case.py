"""A case: a sample with its images opened and read, the unit that retrieval, the VLM and fusion work on."""

from __future__ import annotations

from dataclasses import dataclass

from data.page import Page
from data.schema import Sample


@dataclass(frozen=True)
class Case:
    """`pages` are the images that could be used, in the sample's order; images with problems are left out."""

    sample: Sample
    pages: tuple[Page, ...] = ()

    def page_text(self) -> str:
        """The text of all pages, a blank line between two."""
        return "\n\n".join(text for text in (page.text() for page in self.pages) if text)
