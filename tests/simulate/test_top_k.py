"""The k heaviest keys of rows that nobody gives a threshold."""

import attrs
import numpy as np
import pytest

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.circuit import Circuit
from qattention.errors import CheckFailed
from qattention.lowering import emission
from qattention.problem import load_head
from qattention.reference.quantised import quantise_head, quantised_row_thresholds
from qattention.search import make_schedule
from qattention.simulate import frame as module
from qattention.simulate.group import run_top_k

HEADS = ("minilm-code", "minilm-pride", "smollm2-alice")


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", HEADS)
def test_rows_of_a_real_head_find_their_own_thresholds(name, seed, run):
    head, rows = load_head(name), (seed, 127 - seed)
    result = run(name, rows, how={"seed": seed}, n_heavy=16, search="top-k", p_fail=1e-4)
    assert (result.report.missed, result.report.extra, result.report.thresholds) == (0, 0, "found")
    quantised = quantise_head(head)
    for row, limit, found in zip(
        rows, quantised_row_thresholds(quantised, 16, rows), result.found, strict=True
    ):
        sums = quantised.accumulators([row])[0]
        seen = sums[: row + 1] if head.causal else sums
        np.testing.assert_array_equal(found, np.flatnonzero(seen >= limit))


def table_search(values, k, seed, padding="off"):
    """A row over keys of one component with weight 1: the sums are the values."""
    table = KeyTable.from_values(np.array(values)[:, None], 6)
    bloq = HeavyKeyOracle(table, (1,), 0, circuit=Circuit(padding=padding))
    rng = np.random.default_rng(seed)
    episode = make_schedule("top-k", int(bloq.n_items), k, 1e-4).begin(rng)
    return run_top_k(bloq, np.array(values), k, episode, rng)


@pytest.mark.parametrize("padding", ["off", "on"])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("k", [1, 2, 5, 10])
def test_keys_tied_with_the_kth_are_all_found_whatever_the_order(k, seed, padding):
    values = [3, -7, 3, 0, 3, -32, 31, 3, -7, -1, 0, 3]
    run = table_search(values, k, seed, padding)
    limit = sorted(values)[-k]
    assert run.certified
    assert run.found[0].tolist() == [i for i, value in enumerate(values) if value >= limit]


@pytest.mark.parametrize("values", [[0] * 9, [-5, -5, -5], [-32, 31]])
def test_all_or_nearly_all_keys_alike(values):
    run = table_search(values, 1, 0)
    assert run.found[0].tolist() == [i for i, value in enumerate(values) if value == max(values)]


def test_a_threshold_below_the_top_is_caught(monkeypatch):
    """The planted fault: an oracle whose constant is one too high marks no key tied with the k-th."""

    def marks_above(oracle, lower):
        return emission.mark_program(attrs.evolve(oracle, threshold=oracle.threshold + 1), lower)

    monkeypatch.setattr(module, "mark_program", marks_above)
    with pytest.raises(CheckFailed, match="wrong phases"):
        table_search([3, 1, 3, 2, 0, 3, 2, 1, 0, 1, 2, 1], 2, 1)
