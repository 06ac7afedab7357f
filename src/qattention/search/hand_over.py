"""One schedule's episodes finished by the adaptive one where the first gives the row over.

A promise that proves broken is so finished instead of truncated. The adaptive part starts afresh on what is
left and knows nothing of before, so its own bound eps holds for it, whatever led there.

Apart from `known_k` because how one schedule hands a row over to another holds for any that trusts a
promise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qattention.search.adaptive_policy import AdaptivePolicy
from qattention.search.moves import HAND_OVER, Moves, choose
from qattention.search.schedule import Policy


class HandOver:
    """`first` decides until its move is HAND_OVER; from then on `rest` decides the row."""

    def __init__(self, first: Policy, rest: AdaptivePolicy) -> None:
        self._first, self._rest = first, rest
        rest.active[:] = False

    def next(self) -> Moves:
        """See Policy."""
        moves = self._first.next()
        over = moves.kind == HAND_OVER
        if (over & ~self._rest.active).any():
            self._rest.activate(over)
        return choose(over, moves, self._rest.next()) if over.any() else moves

    def observe(self, hit: NDArray[np.bool_]) -> None:
        """See Policy."""
        over = self._first.next().kind == HAND_OVER
        self._first.observe(hit & ~over)
        if over.any():
            self._rest.observe(hit & over)
