"""Mask tables of key tables: packed once, shared by load and unload."""

from __future__ import annotations

from functools import lru_cache

import attrs
import numpy as np

from qattention.bloqs.key_table import KeyTable
from qattention.lowering.program import GateProgram, MaskTable, Op


@lru_cache(maxsize=16)
def key_masks(table: KeyTable, n_rows: int) -> MaskTable:
    """The words of a table as masks, in the key register's bit order; rows beyond the keys are zero."""
    masks = MaskTable.from_bits(table.bits)
    missing = n_rows - len(masks.rows)
    rows = np.concatenate([masks.rows, np.zeros((missing, masks.rows.shape[1]), np.uint64)])
    return MaskTable(rows if missing else masks.rows, masks.n_bits, np.zeros(n_rows, bool))


def flipped(masks: MaskTable, flips: tuple[int, ...]) -> MaskTable:
    """The same rows with the flip bits of these addresses set."""
    bits = np.zeros(len(masks.rows), dtype=bool)
    bits[list(flips)] = True
    return attrs.evolve(masks, flips=bits)


def with_flips(program: GateProgram, flips: tuple[int, ...]) -> GateProgram:
    """The program with another set of flipped addresses in its fix-ups: no gate changes.

    Excluding a found key in a run is this, instead of lowering its oracle again.
    """
    in_fix_up = set(np.unique(program.code[program.code[:, 0] == Op.CZ_PARITY, 5]).tolist())
    tables = [flipped(table, flips) if i in in_fix_up else table for i, table in enumerate(program.tables)]
    return attrs.evolve(program, tables=tuple(tables))
