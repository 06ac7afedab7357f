"""The unload without fix-ups: proved on every address, three witnesses of its costs, refused elsewhere."""

import numpy as np
import pytest

from qattention.api.comparing import explore
from qattention.api.estimating import estimate
from qattention.api.verbs import plan
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.inverse_unload import InverseUnload
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.qrom_load import QROMLoad
from qattention.circuit import LOADERS, Circuit
from qattention.compiler import bloq_counts
from qattention.errors import SpecError
from qattention.formulas.loader_costs import (
    fix_up_bit_ops,
    look_up_clifford_depth,
    look_up_cliffords,
    look_up_t_depth,
)
from qattention.formulas.table_ones import TableOnes
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule
from qattention.simulate.verify import verify_oracle

LOOK_UPS = [
    ("qrom", None),
    ("qroam", 2),
    ("qroam", 8),
    ("one-hot", None),
    ("one-hot-swap", 2),
    ("one-hot-swap", 16),
]
SIZES = (1, 2, 3, 5, 8, 13, 16, 37)


def table(n_keys: int) -> KeyTable:
    return KeyTable.from_values(np.random.default_rng(n_keys).integers(-4, 4, (n_keys, 2)), 3)


@pytest.mark.parametrize(("loader", "block"), LOOK_UPS)
@pytest.mark.parametrize("n_keys", SIZES)
def test_every_address_and_every_count(loader: str, block: int | None, n_keys: int) -> None:
    circuit = Circuit(loader=loader, block_size=block, unload="unitary")
    keys = table(n_keys)
    oracle = HeavyKeyOracle(keys, (3, -2), 4, circuit=circuit)
    report = verify_oracle(oracle)
    assert report.is_right
    assert report.outcomes == "all"
    program = lower(oracle)
    assert count(program).classical_bit_ops == 0
    assert isinstance(oracle.unload, InverseUnload)
    look_up = [bloq_counts(bloq) for bloq in (oracle.load, oracle.unload)]
    ones: TableOnes = circuit.loader.table_ones(keys.bits, circuit.block, False)
    cliffords = look_up_cliffords(circuit, n_keys, 6, ones)
    assert [one.clifford for one in look_up] == [int(part) for part in cliffords]
    layers = [schedule(lower(bloq)) for bloq in (oracle.load, oracle.unload)]
    bound = [int(part) for part in look_up_clifford_depth(circuit, n_keys, 6, ones)]
    assert layers[1].clifford_depth <= bound[1] <= layers[1].clifford_depth * 1.5 + 12
    assert sum(one.t_depth for one in layers) <= look_up_t_depth(circuit, n_keys, 6)
    assert look_up_t_depth(circuit, n_keys, 6) <= sum(one.t_depth for one in layers) + 1
    assert int(fix_up_bit_ops(circuit, n_keys, 6)) == 0


@pytest.mark.parametrize("exclusion", ["live", "circuit"])
def test_found_keys_are_left_out_without_a_fix_up(exclusion: str) -> None:
    for loader, block in LOOK_UPS:
        circuit = Circuit(loader=loader, block_size=block, unload="unitary").excluding(exclusion)
        assert verify_oracle(HeavyKeyOracle(table(13), (3, -2), 4, (1, 7), circuit=circuit)).is_right
        with pytest.raises(SpecError, match="`exclusion`"):
            circuit.excluding("fix-up")


def test_a_wrong_inverse_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The load itself in place of its inverse, run on another table."""
    oracle = HeavyKeyOracle(table(8), (3, -2), 4, circuit=Circuit(loader="qrom", unload="unitary"))
    other = InverseUnload(QROMLoad(KeyTable.from_values(-1 - table(8).values, 3)))
    monkeypatch.setattr(HeavyKeyOracle, "unload", property(lambda _: other))
    assert not verify_oracle(oracle).is_right


def test_a_kept_tree_is_given_back_at_no_toffoli() -> None:
    asked = {"n_tokens": 64, "head_dim": 4, "n_heavy": 2, "loader": "one-hot", "physical": False}
    measured, unitary = (estimate(unload=unload, **asked) for unload in ("measured", "unitary"))
    assert unitary.iteration.toffoli == measured.iteration.toffoli
    assert (unitary.classical_work.bit_ops, measured.classical_work.bit_ops > 0) == (0.0, True)
    assert unitary.plan.to_dict()["unload"] == "unitary"


def test_options_tell_which_loaders_can() -> None:
    able = {name for name, kind in LOADERS.items() if kind.inverts}
    assert able >= {loader for loader, _ in LOOK_UPS}
    for name in sorted(set(LOADERS) - able):
        with pytest.raises(
            SpecError, match=r"`unload`: got 'unitary'; must be measured, unless --loader qrom"
        ):
            plan(n_tokens=16, loader=name, unload="unitary")
    assert plan(n_tokens=16, head_dim=2, unload="unitary").circuit.loader.inverts
    front = explore(n_tokens=16, head_dim=2, n_heavy=2, unload="unitary")
    assert {point.plan.circuit.unload for point in front.points} == {"unitary"}
    with pytest.raises(SpecError, match="`unload_block`"):
        plan(n_tokens=16, unload="unitary", unload_block=2)
