"""The oracle of a plan on the few keys of the gallery's example: what a report draws."""

from __future__ import annotations

import attrs

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.catalogue.circuit import Circuit
from qattention.catalogue.gather import circuit_of
from qattention.catalogue.records import find_record
from qattention.compiler.oracle import plan_loader
from qattention.plan import Plan

BLOCK = 2  # keys looked up at once in the example, whatever the plan's block


def plan_oracle(plan: Plan) -> HeavyKeyOracle | SharedOracle:
    """Five keys of two components; the plan's loader, sum and padding, at most three rows a load."""
    small = attrs.evolve(plan, block_size=None if plan.block_size is None else BLOCK, unload_block=None)
    loader, form = plan_loader(small), plan.inner_product
    shared: SharedOracle = find_record("shared_oracle").example()
    base = attrs.evolve(shared.base, loader=loader, form=form, padded=plan.padded)
    n_others = min(plan.rows_per_load - 1, len(shared.others))
    return SharedOracle(base, shared.others[:n_others]) if n_others else base


def plan_circuit(plan: Plan) -> Circuit:
    """That oracle's circuit, one level down, and what of the plan is smaller in it."""
    oracle = plan_oracle(plan)
    record = find_record("heavy_key_oracle" if isinstance(oracle, HeavyKeyOracle) else "shared_oracle")
    sizes = [f"{oracle.table.n_keys} keys"]
    if plan.block_size not in (None, BLOCK):
        sizes.append(f"blocks of {BLOCK} for {plan.block_size:,}")
    if len(oracle.rows) < plan.rows_per_load:
        sizes.append(f"{len(oracle.rows)} rows for {plan.rows_per_load:,}")
    summary = f"{record.summary.rstrip('.')}, of this plan's parts: an example, {', '.join(sizes)}."
    return attrs.evolve(circuit_of(record, oracle), summary=summary)
