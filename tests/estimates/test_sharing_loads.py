"""What rows that share loads save at the reference case, and that the circuit which saves it is right."""

import numpy as np
import pytest

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.compiler.oracle import sharing
from qattention.plan import Plan, PlanOptions, PlanTotals
from qattention.plan.choose import PlanSearch, best_of
from qattention.plan.searches import RowSearch
from qattention.problem import AttentionProblem
from qattention.simulate.verify import heavy_keys, verify_oracle


def chosen(n_heavy: int, rows_per_load: int | str) -> PlanTotals:
    """The reference case with the plan of fewest Toffolis."""
    case = AttentionProblem(n_queries=2**14, n_keys=2**14, head_dim=128, n_heavy=n_heavy, p_fail=1e-3)
    return best_of(PlanSearch(case, PlanOptions(rows_per_load=rows_per_load)))


@pytest.mark.parametrize(("n_heavy", "gain"), [(16, 1.5), (4, 1.75)])
def test_rows_that_share_loads_save_toffolis(n_heavy: int, gain: float) -> None:
    """Certificates included, each way with the loader and inner product that are best for it."""
    alone, shared = chosen(n_heavy, 1), chosen(n_heavy, "auto")
    assert float(np.min(shared.mean_searches.certificate)) > 0
    assert alone.expected("toffoli") / shared.expected("toffoli") >= gain
    assert_right_on_few_keys(shared.plan)


def assert_right_on_few_keys(plan: Plan) -> None:
    """The plan's circuit for all its rows on 100 keys: every address, coincidences of rows among them."""
    n_rows = plan.circuit.rows_per_load
    rng = np.random.default_rng(n_rows)
    keys = rng.integers(-8, 8, (100, 6))
    table, base = KeyTable.from_values(keys, 4), rng.integers(-128, 128, 6)
    oracles = []
    for weights in base + rng.integers(-60, 60, (n_rows, 6)):  # rows that resemble each other
        threshold = int(np.sort(keys @ weights)[-4])
        oracles.append(HeavyKeyOracle(table, tuple(weights.tolist()), threshold, circuit=plan.circuit))
    oracle = sharing(oracles)
    assert (heavy_keys(oracle).sum(axis=0) == 2).any()
    report = verify_oracle(oracle, draws=5)
    assert report.is_right
    assert report.toffoli == report.toffoli_from_bloqs == report.toffoli_from_formula


@pytest.mark.parametrize("eps", [1e-6 / 16, 1e-7, 1e-3])
def test_a_mean_of_rows_together_is_that_of_no_fewer_marked_keys(eps):
    """16 rows may have all 256 keys between them; those that they have can cost more than all would."""
    together, alone = (RowSearch(name="adaptive", n_heavy=256, eps=eps, n_rows=rows) for rows in (16, 1))
    found = float(together.means(np.array([256])).iterations[0])
    schedule = together.schedule(256)
    each = [schedule.expected(n_marked).iterations for n_marked in (16, 64, 128, 200, 256)]
    assert found >= 0.98 * max(each)
    assert alone.mean(256) == schedule.expected(256)
