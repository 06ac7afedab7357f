"""Clifford layers and Cliffords of whole iterations, from their parts: against the gates."""

import numpy as np
import pytest

from qattention.bloqs.address_phase import AddressSign, FlagPhase
from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.circuit import INNER_PRODUCTS, LOADERS, Circuit
from qattention.compiler.costs import bloq_counts
from qattention.formulas import RowSums, served_addresses
from qattention.formulas.address_phase import most_prefixes, prefix_counts
from qattention.formulas.iteration_layers import (
    ABOVE,
    address_sign_clifford_depth,
    flag_phase_clifford_depth,
    iteration_clifford_depth,
    iteration_cliffords,
)
from qattention.formulas.loader_costs import look_up_clifford_depth, look_up_cliffords
from qattention.formulas.sum_cliffords import (
    address_sign_cliffords,
    flag_phase_cliffords,
    mark_cliffords,
    zero_prefixes,
)
from qattention.formulas.sum_depths import sums_depths
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule

FAMILY = [
    (kind.name, block) for kind in LOADERS.values() for block in ((1, 4, 16) if kind.has_blocks else (None,))
]


class Case:
    """An iteration as a bloq, and its parts' closed forms."""

    def __init__(
        self, loader, n, form, n_rows=1, padded=False, size=(8, 6), exclusion="fix-up", **oracle
    ) -> None:
        rng, (d, b) = np.random.default_rng([n, n_rows, size[0]]), size
        half = 1 << (b - 1)
        weights, thresholds = rng.integers(-half, half, (n_rows, d)), rng.integers(1, 30, n_rows).tolist()
        base, *others = [(tuple(q), t) for q, t in zip(weights.tolist(), thresholds, strict=True)]
        table = KeyTable.from_values(rng.integers(-half, half, (n, d)), b)
        name, block, unload_block = *loader, *[None][len(loader) - 2 :]
        self.circuit = Circuit(
            loader=name,
            block_size=block,
            unload_block=unload_block,
            inner_product=form,
            padding="on" if padded else "off",
            exclusion=exclusion,
        )
        first = HeavyKeyOracle(table, *base, circuit=self.circuit, **oracle)
        self.iteration = GroverIterate(SharedOracle(first, tuple(others)) if others else first)
        bits = first.looked_up.bits
        self.sums, self.n_rows = RowSums.from_weights(weights, thresholds, b), n_rows
        self.is_sign, self.live = first.is_sign, first.exclusion == "live"
        self.sizes = n, bits.shape[1]
        self.ones = self.circuit.loader.table_ones(bits, self.circuit.block, padded)
        found = first.excluded if first.exclusion == "circuit" else ()
        self.prefixes = tuple(of(found, int(table.address_bits)) for of in (prefix_counts, zero_prefixes))
        self.n_items = int(served_addresses(n, padded))

    def flagged_layers(self) -> int:
        return 0 if self.is_sign else flag_phase_clifford_depth(*self.prefixes)

    def layers(self) -> int:
        mark = {"is_sign": self.is_sign, "live": self.live}
        _, (layers,) = sums_depths(self.sums, [0], [self.n_rows], self.circuit.inner_product, **mark)
        sums = int(layers) + self.flagged_layers()
        afterwards = address_sign_clifford_depth(*self.prefixes) if self.is_sign else 0
        both = look_up_clifford_depth(self.circuit, *self.sizes, self.ones)
        return int(iteration_clifford_depth(*both, sums, self.n_items, afterwards=afterwards))

    def cliffords(self) -> int:
        there, back = self.circuit.inner_product.cliffords(self.sums)
        sums = int((there + back).sum() + mark_cliffords(self.n_rows, self.is_sign, self.live))
        excluded = (address_sign_cliffords if self.is_sign else flag_phase_cliffords)(*self.prefixes)
        both = look_up_cliffords(self.circuit, *self.sizes, self.ones)
        return int(iteration_cliffords(*both, sums, self.n_items, afterwards=excluded))

    def check(self) -> None:
        """Counts agree exactly; layers are never below, nor past the margin."""
        gates = lower(self.iteration)
        tally = count(gates)
        assert self.cliffords() == tally.clifford == bloq_counts(self.iteration).clifford
        assert self.ones.measured == tally.classical_bit_ops
        built, found = schedule(gates, t_per_rotation=10).clifford_depth, self.layers()
        assert built <= found <= ABOVE.above(built) + self.flagged_layers(), (built, found)


@pytest.mark.parametrize(("name", "block"), FAMILY)
@pytest.mark.parametrize("padded", [False, True])
def test_loaders(name: str, block: int | None, padded: bool) -> None:
    for n, n_rows in ((1, 1), (5, 3), (37, 1), (64, 3), (300, 1)):
        for form in ("compressor-tree", "bucket-tree"):
            Case((name, block), n, form, n_rows, padded).check()


@pytest.mark.parametrize("form", INNER_PRODUCTS)
@pytest.mark.parametrize("n_rows", [1, 4])
def test_forms(form: str, n_rows: int) -> None:
    for loader in (("qrom", None), ("qroam", 16), ("one-hot-swap", 4), ("hardware", None)):
        for n in (5, 64):
            Case(loader, n, form, n_rows, size=(6, 4)).check()


@pytest.mark.parametrize("loader", [("qrom", None, 1), ("qroam", 4, 32), ("swap-network", None, 128)])
def test_other_splits(loader: tuple[str, int | None, int]) -> None:
    for n in (37, 100):
        Case(loader, n, "bucket-tree").check()


@pytest.mark.parametrize("loader", [("qroam", 32), ("one-hot-swap", 32), ("qroam-dirty", 8)])
def test_thousands_of_keys(loader: tuple[str, int]) -> None:
    """Words of 256 bits: a block's measurements fill many layers."""
    Case(loader, 2048, "bucket-tree", 6, size=(32, 8)).check()


WAYS = [("fix-up", np.pi), ("live", np.pi), ("circuit", np.pi), ("live", 1.0), ("circuit", 1.0)]


@pytest.mark.parametrize(("exclusion", "angle"), WAYS)
@pytest.mark.parametrize("n_rows", [1, 3])
def test_exclusions(exclusion: str, angle: float, n_rows: int) -> None:
    """Found keys kept out by each way; a device has no fix-up."""
    for loader in (("qrom", None), ("one-hot-swap", 4), ("hardware", None))[: 2 + (exclusion != "fix-up")]:
        oracle = {"angle": angle, "exclusion": exclusion, "excluded": (3, 8, 21)}
        Case(loader, 37, "compressor-tree", n_rows, **oracle).check()


@pytest.mark.parametrize("n_found", [1, 3, 40])
def test_gates_that_exclude(n_found: int) -> None:
    """Bounds, from the addresses or from their number alone."""
    found = tuple(sorted(np.random.default_rng(n_found).choice(256, n_found, replace=False).tolist()))
    counts, zeros, most = prefix_counts(found, 8), zero_prefixes(found, 8), most_prefixes(n_found, 8)
    bloqs = AddressSign(found, 8), FlagPhase(found, 8, 1.0)
    for form, bloq in zip((address_sign_clifford_depth, flag_phase_clifford_depth), bloqs, strict=True):
        for cap in (64, 8, None):
            built = schedule(lower(bloq), parallelism=cap, t_per_rotation=10).clifford_depth
            assert built <= form(counts, zeros, cap) <= 1.3 * built + 7, cap
            assert form(counts, zeros, cap) <= form(most, per_layer=cap)
        assert form(np.zeros(9, dtype=np.int64), zeros) == 0
