"""The encoders of a run: open_clip for images and texts in one space, and the text encoder where the profile names one.

encoders = load_encoders(load_profile("embedded"))
encode_cases(encoders, cases)      # see `vectors`
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.errors import RunError
from data.profile import Profile
from data.run import RunFolder
from retrieval.encoder import Encoder
from retrieval.text_encoder import TextEncodes, load_text_encoder


@dataclass(frozen=True)
class Encoders:
    """Both encoders behind one protocol, `encoder.Encodes`."""

    dense: Encoder
    text: TextEncodes | None

    def encode_images(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Unit vectors (n, d) of RGB images."""
        return self.dense.encode_images(images)

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (n, d) of texts in the images' space."""
        return self.dense.encode_texts(texts)

    def encode_sentences(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (n, e) of texts by the text encoder; (n, 0) where there is none."""
        return self.text.encode(texts) if self.text else np.zeros((len(texts), 0), np.float32)

    def record(self) -> dict[str, str]:
        """What an index keeps to be used with these very encoders alone."""
        return {"encoder": self.dense.fingerprint, **({"text_encoder": self.text.fingerprint} if self.text else {})}

    def check(self, run: RunFolder) -> None:
        """Raises RunError where a run's index was built with other weights."""
        built = run.require("index")
        for name in ("encoder", "text_encoder"):
            if built.get(name) != self.record().get(name):
                raise RunError(
                    f"{run.step('index')} was built with another {name.replace('_', ' ')}; delete {run.path} and run "
                    "`python -m retrieval.build_index` again"
                )


def load_encoders(profile: Profile) -> Encoders:
    """The encoders of a profile. Raises WeightsError where one cannot be loaded."""
    return Encoders(Encoder(profile.encoder), load_text_encoder(profile.text_encoder))
