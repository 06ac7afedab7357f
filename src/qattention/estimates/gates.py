"""The third witness: iterations lowered to gates, recounted and scheduled, where they are small enough."""

from __future__ import annotations

import attrs
import numpy as np

from qattention.bloqs.dirty_select_swap_load import DirtySelectSwapLoad
from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.hardware_load import HardwareLoad, HardwareUnload
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.bloqs.uniform_superposition import UniformSuperposition
from qattention.compiler import Program
from qattention.estimates.iteration_layers import CLIFFORD_PHASES, Uses, own_phase_layers
from qattention.estimates.result import Assumption, GridFigures, MemoryUse
from qattention.estimates.volume import grid_figures
from qattention.estimates.witnesses import no_gates
from qattention.lowering.emission import EMISSIONS
from qattention.lowering.fan_out import FanOut, fan_out
from qattention.lowering.lower import lower
from qattention.lowering.resources import GateTally, count
from qattention.lowering.schedule import schedule
from qattention.lowering.waiting import memory_uses

MAX_TABLE_BITS = 2**20  # of one of many oracles, or of one wired up part by part: a second or two
MAX_TREE_BITS = 2**23  # of all buckets of a tree together
MAX_ITERATION_BITS = 2**24  # of the one iteration that is told: 3 to 9 s, 0.5 to 2 GB, by the loader
MAX_ITERATION_TOFFOLI = 2**20  # of one with such a table: networks take a gate a bit
MAX_PHASES_BITS = 2**25  # of all words that the iterations of a join's phases look up: 5 s, 0.7 GB
# Loads and unloads that are written as arrays, or of few parts; others are wired up bit by bit.
AT_ONCE = {*EMISSIONS, HardwareLoad, HardwareUnload, DirtySelectSwapLoad}


@attrs.frozen(kw_only=True)
class GateFigures:
    """An iteration's gates, counted and scheduled; `rule` says how layers are counted.

    Attributes:
        fan_out: layers without free fan-out, and the copies that it stands for.
        waiting, grid: as in `IterationFigures`; the latter of a table's own keys, None of made-up ones.
    """

    tally: GateTally
    t_depth: int
    clifford_depth: int
    rule: str
    fan_out: FanOut
    waiting: tuple[MemoryUse, ...]
    grid: GridFigures | None


def table_bits(oracle: HeavyKeyOracle | SharedOracle) -> int:
    """Bits of the oracle's table."""
    return int(oracle.table.n_keys * oracle.table.word_bits)


def too_large(oracle: HeavyKeyOracle | SharedOracle, toffoli: int) -> Assumption | None:
    """The note that an iteration of so many Toffolis is not lowered; None if it can be."""
    base = oracle.base if isinstance(oracle, SharedOracle) else oracle
    at_once = all(type(part) in AT_ONCE for part in (*base.load_parts, base.unload))
    bits, most = table_bits(oracle), MAX_ITERATION_BITS if at_once else MAX_TABLE_BITS
    if bits > most:
        return no_gates("a table of", bits, "bits", most)
    if bits > MAX_TABLE_BITS and toffoli > MAX_ITERATION_TOFFOLI:
        return no_gates("an iteration of", toffoli, "Toffolis", MAX_ITERATION_TOFFOLI)
    return None


def iteration_gates(iteration: GroverIterate, t_per_rotation: int) -> GateFigures:
    """Count and schedule one iteration that is not `too_large`.

    A table without data gets random keys: only what no key moves is then a figure of it.
    """
    known, rotation = iteration.oracle.table.has_data, t_per_rotation or None
    program = lower(iteration if known else with_made_up_keys(iteration))
    plan = schedule(program, t_per_rotation=rotation)
    return GateFigures(
        tally=count(program),
        t_depth=plan.t_depth,
        clifford_depth=plan.clifford_depth,
        rule=plan.rule,
        fan_out=fan_out(program, plan, rotation),
        waiting=tuple(MemoryUse(n_working=n, n_moves=m) for n, m in memory_uses(program)),
        grid=grid_figures(program, rotation) if known else None,
    )


def with_made_up_keys(iteration: GroverIterate) -> GroverIterate:
    """Over random keys, uniform and seeded."""
    oracle = iteration.oracle
    shape, half = (int(oracle.table.n_keys), int(oracle.table.head_dim)), 1 << (oracle.table.key_bits - 1)
    keys = np.random.default_rng(0).integers(-half, half, size=shape)
    table = KeyTable.from_values(keys, oracle.table.key_bits)
    return GroverIterate(_with_table(oracle, table))


def _with_table(oracle: HeavyKeyOracle | SharedOracle, table: KeyTable) -> HeavyKeyOracle | SharedOracle:
    if isinstance(oracle, SharedOracle):
        return attrs.evolve(oracle, base=attrs.evolve(oracle.base, table=table))
    return attrs.evolve(oracle, table=table)


def bucket_depths(program: Program) -> tuple[Uses, Uses] | None:
    """T and Clifford layers of each part of each bucket's gates.

    None unless all lower. An iteration with phases of its own (of a fixed-point run; the last of a run that
    cannot miss) is not lowered yet: the T layers of its two phases and one more And are added in sequence,
    and by closed forms its few Clifford layers.
    """
    if not program.has_data:
        return None
    oracles = [bucket.oracle for bucket in program.buckets]
    too_large = (
        sum(map(table_bits, oracles)) > MAX_TREE_BITS or max(map(table_bits, oracles)) > MAX_TABLE_BITS
    )
    if too_large:
        return None
    rotation = program.totals.t_per_rotation
    representatives = [bucket.representative for bucket in program.buckets]
    own = (own_phase_layers(program.totals)[representatives] + CLIFFORD_PHASES).tolist()
    t_layers, clifford_layers = Uses(), Uses()
    for oracle, turned in zip(oracles, own, strict=True):
        parts = GroverIterate(oracle), UniformSuperposition(oracle.n_items)
        find, start = (schedule(lower(part), t_per_rotation=rotation or None) for part in parts)
        t_layers.append((find.t_depth, find.t_depth, 1, rotation, start.t_depth))
        layers = find.clifford_depth, start.clifford_depth
        clifford_layers.append((layers[0], layers[0], turned, -1, layers[1]))
    return t_layers, clifford_layers
