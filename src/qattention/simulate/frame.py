"""An oracle proved in two parts: what holds its key, once, and what marks it, threshold by threshold.

An oracle is load, marks, unload; a threshold changes the marks alone. The frame, load and unload with nothing
between, is run on every address for all outcomes; so are the marks, on the words that the load puts out. The
oracle made of both is right, for every outcome, if both are:

- The load leaves at each address the table's word, and every other wire at 0, which is looked at here: the
  marks begin where they are run, wherever their own wires lie.
- The marks give each word back and their own wires at 0, so the unload begins where it does in the frame.
- So an outcome's coefficient (`exact`) is in the oracle what it is in its part, constant over the addresses;
  neither part's gates ask for outcomes of the other. The signs of both parts multiply.

That the oracle's gates are those of its parts, in order and up to the names of wires and outcomes, is tested
gate by gate (`tests/simulate/test_frame.py`).

Apart from `group` because what is proved in parts is so whoever searches with it.
"""

from __future__ import annotations

from threading import Lock

import attrs
import numpy as np
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.errors import CheckFailed
from qattention.lowering.emission import load_program, mark_program, oracle_program
from qattention.lowering.lower import lower
from qattention.simulate.bitslice import Words, pack_rows, run_program
from qattention.simulate.exact import is_affine, prove_program


@attrs.frozen(kw_only=True, eq=False)
class Frame:
    """A load and its unload, proved.

    Attributes:
        words: the bits that the load puts out, 64 addresses a word, shape (w, n_words).
        phase: where the unload's fix-up turns the sign, shape (n_items,).
        n_cbits: outcomes of both.
    """

    words: Words
    phase: NDArray[np.bool_]
    n_cbits: int

    @classmethod
    def of(cls, oracle: HeavyKeyOracle) -> Frame | None:
        """Of any oracle with this table; None where some wire depends on an outcome, and parts prove nothing.

        Raises:
            CheckFailed: a wrong word, a dirty ancilla, a moved address or a wrong phase.
        """
        program, load = oracle_program(oracle, lower, marks=False), load_program(oracle, lower)
        if not is_affine(program) or not oracle.is_sign or oracle.afterwards:
            return None
        n_items = int(oracle.n_items)
        addresses, words = np.arange(n_items), oracle.load.words[:n_items, : int(oracle.looked_up.word_bits)]
        run = run_program(load, {"address": addresses}, np.zeros(load.n_cbits, dtype=np.uint8))
        held = [run.outputs["key"].reshape(n_items, -1), run.outputs.get("live", np.zeros((n_items, 0)))]
        n_bits = load.outputs["key"].shape[-1]
        shifts = np.arange(n_bits)[::-1]
        key = (held[0][:, :, None].astype(np.int64) >> shifts & 1).reshape(n_items, -1)
        found = np.hstack([key, held[1].reshape(n_items, -1)]).astype(bool)
        phase = np.zeros(n_items, dtype=bool)
        phase[list(oracle.flips)] = True
        wrong = int((run.outputs["address"] != addresses).sum()), int(run.dirty.sum())
        errors = (*wrong, int((found != words).any(axis=1).sum()), *prove_program(program, phase).errors)
        if any(errors):
            raise CheckFailed(
                f"{oracle}: load and unload: {errors} moved addresses, dirty ancillas and wrong words behind "
                "the load; moved addresses, dirty ancillas and wrong phases behind both"
            )
        return cls(words=pack_rows(words.T), phase=phase, n_cbits=program.n_cbits)

    def check_marks(self, oracle: HeavyKeyOracle, expected: NDArray[np.bool_]) -> int:
        """Prove the marks of a threshold; returns the number of outcomes of the whole oracle.

        Args:
            expected: where the oracle's phase belongs, shape (n_items,).

        Raises:
            CheckFailed: the marks change a word, leave a dirty ancilla or have a wrong phase.
        """
        program = mark_program(oracle, lower)
        errors = prove_program(program, expected ^ self.phase, states=self.words).errors
        if any(errors):
            raise CheckFailed(f"{oracle}: {errors} moved words, dirty ancillas and wrong phases")
        return self.n_cbits + program.n_cbits


def _parts(oracle: HeavyKeyOracle) -> tuple[object, ...]:
    """All that a frame is made of: bloqs, which hold table and flips, and how they are joined."""
    return (
        *oracle.load_parts,
        oracle.unload,
        *oracle.afterwards,
        oracle.exclusion,
        oracle.padded,
        oracle.angle,
    )


@cached(LRUCache(8), key=_parts, lock=Lock())
def frame_of(oracle: HeavyKeyOracle) -> Frame | None:
    """`Frame.of`; rows that see the same keys have one."""
    return Frame.of(oracle)
