"""What each labelled example contributes to an answer, on one scale over all lists of neighbours.

Similarities of different lists cannot be compared: n-gram cosines of 0.2 are high and vector cosines of 0.2 are low. Votes can:
in each list the examples share one vote (softmax of similarity, `retrieval.neighbours.votes`), and the lists' votes sum to one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from data.arrays import Float32
from retrieval.neighbourhood import LIST_WEIGHTS, TEMPERATURE
from retrieval.neighbours import Neighbour


def contributions(neighbours: Sequence[Neighbour], votes: Mapping[str, Float32], names: Sequence[str]) -> list[float]:
    """The weight of each neighbour, 0 to 1, in their order.

    `votes` holds each list's vote for the labels `names` (L,) by the list's name. What a list votes for a label is shared by the
    neighbours of that label that were found in it, in proportion to the softmax of their similarities.
    """
    total = sum(weight for name, weight in LIST_WEIGHTS.items() if name in votes and votes[name].any()) or 1.0
    peaks: dict[tuple[str, str], float] = {}
    for one in neighbours:
        key = (one.source, one.label)
        peaks[key] = max(peaks.get(key, -math.inf), one.similarity)
    shares = [math.exp((one.similarity - peaks[one.source, one.label]) / TEMPERATURE.get(one.source, 1.0)) for one in neighbours]
    sums: dict[tuple[str, str], float] = {}
    for one, share in zip(neighbours, shares, strict=True):
        sums[one.source, one.label] = sums.get((one.source, one.label), 0.0) + share
    places = {name: place for place, name in enumerate(names)}
    weights = []
    for one, share in zip(neighbours, shares, strict=True):
        known = one.source in votes and one.label in places
        vote = float(votes[one.source][places[one.label]]) if known else 0.0
        weights.append(LIST_WEIGHTS.get(one.source, 0.0) / total * vote * share / sums[one.source, one.label])
    return weights
