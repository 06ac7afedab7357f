"""The third witness: iterations lowered to gates, recounted and scheduled, where they are small enough."""

from __future__ import annotations

import attrs
import numpy as np

from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.bloqs.uniform_superposition import UniformSuperposition
from qattention.compiler import Program
from qattention.estimates.iteration_layers import CLIFFORD_PHASES, Uses, own_phase_layers
from qattention.estimates.result import GridFigures, MemoryUse
from qattention.estimates.volume import grid_figures
from qattention.lowering.fan_out import FanOut, fan_out
from qattention.lowering.lower import lower
from qattention.lowering.resources import GateTally, count
from qattention.lowering.schedule import schedule
from qattention.lowering.waiting import memory_uses

MAX_TABLE_BITS = 2**20  # of one oracle: lowered and scheduled in about half a second
MAX_TREE_BITS = 2**23  # of all buckets of a tree together


@attrs.frozen(kw_only=True)
class GateFigures:
    """An iteration's gates, counted and scheduled; `rule` says how layers are counted.

    Attributes:
        fan_out: layers without free fan-out, and the copies that it stands for.
        waiting, grid: as in `IterationFigures`; the latter of a table's own keys.
    """

    tally: GateTally
    t_depth: int
    clifford_depth: int
    rule: str
    fan_out: FanOut
    waiting: tuple[MemoryUse, ...]
    grid: GridFigures


def table_bits(oracle: HeavyKeyOracle | SharedOracle) -> int:
    """Bits of the oracle's table."""
    return int(oracle.table.n_keys * oracle.table.word_bits)


def iteration_gates(iteration: GroverIterate, t_per_rotation: int) -> GateFigures | None:
    """Count and schedule one iteration; None if its table has no data or is too large."""
    oracle = iteration.oracle
    if not oracle.table.has_data or table_bits(oracle) > MAX_TABLE_BITS:
        return None
    return _figures(iteration, t_per_rotation)


def made_up_gates(iteration: GroverIterate, t_per_rotation: int) -> GateFigures | None:
    """The same over random keys for a table without data; only what no key moves is a figure of it."""
    if table_bits(iteration.oracle) > MAX_TABLE_BITS:
        return None
    return _figures(with_made_up_keys(iteration), t_per_rotation)


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


def _figures(iteration: GroverIterate, t_per_rotation: int) -> GateFigures:
    program = lower(iteration)
    plan = schedule(program, t_per_rotation=t_per_rotation or None)
    return GateFigures(
        tally=count(program),
        t_depth=plan.t_depth,
        clifford_depth=plan.clifford_depth,
        rule=plan.rule,
        fan_out=fan_out(program, plan, t_per_rotation or None),
        waiting=tuple(MemoryUse(n_working=n, n_moves=m) for n, m in memory_uses(program)),
        grid=grid_figures(program, t_per_rotation or None),
    )


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
