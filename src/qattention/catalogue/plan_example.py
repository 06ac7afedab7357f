"""The oracle of a plan on the few keys of the gallery's example: what a report draws."""

from __future__ import annotations

import attrs

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.catalogue.drawn_circuit import DrawnCircuit
from qattention.catalogue.facts import BloqFacts
from qattention.catalogue.gather import circuit_of, registers_of, tree_of
from qattention.catalogue.records import find_record
from qattention.plan import Plan

BLOCK = 2  # keys looked up at once in the example, whatever the plan's block


def plan_oracle(plan: Plan) -> HeavyKeyOracle | SharedOracle:
    """Five keys of two components; the plan's loader, sum and padding, at most three rows a load."""
    has_blocks = plan.circuit.block_size is not None
    circuit = attrs.evolve(plan.circuit, block_size=BLOCK if has_blocks else None, unload_block=None)
    shared: SharedOracle = find_record("shared_oracle").example()
    base = attrs.evolve(shared.base, circuit=circuit)
    n_others = min(circuit.rows_per_load - 1, len(shared.others))
    return SharedOracle(base, shared.others[:n_others]) if n_others else base


def plan_circuit(plan: Plan) -> DrawnCircuit:
    """That oracle's circuit, one level down, and what of the plan is smaller in it."""
    oracle, made_of = plan_oracle(plan), plan.circuit
    record = find_record("heavy_key_oracle" if isinstance(oracle, HeavyKeyOracle) else "shared_oracle")
    sizes = [f"{oracle.table.n_keys} keys"]
    if made_of.block_size not in (None, BLOCK):
        sizes.append(f"blocks of {BLOCK} for {made_of.block_size:,}")
    if len(oracle.rows) < made_of.rows_per_load:
        sizes.append(f"{len(oracle.rows)} rows for {made_of.rows_per_load:,}")
    summary = f"{record.summary.rstrip('.')}, of this plan's parts: an example, {', '.join(sizes)}."
    return attrs.evolve(circuit_of(record, oracle), summary=summary)


def plan_facts(plan: Plan) -> BloqFacts:
    """What a drawing of that oracle shows; costs are an estimate's to tell."""
    oracle, circuit = plan_oracle(plan), plan_circuit(plan)
    record = find_record("heavy_key_oracle" if isinstance(oracle, HeavyKeyOracle) else "shared_oracle")
    return BloqFacts(
        record=attrs.evolve(record, summary=circuit.summary),
        registers=registers_of(oracle),
        costs=(),
        tree=tuple(tree_of(oracle)),
        circuit=circuit,
    )
