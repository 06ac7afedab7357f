"""Rotated heads at gate level: words of unequal widths, few digits, thresholds with a margin."""

import numpy as np
import pytest

from qattention.circuit import Circuit
from qattention.compiler import head_constants, problem_rows, row_oracle
from qattention.compiler.rows import weighed_channels
from qattention.formulas import heavy_key_oracle
from qattention.problem import AttentionHead, AttentionProblem, load_head
from qattention.reference import Quantisation, find_quality, midway_thresholds
from qattention.simulate.verify import verify_oracle

ROTATED = Quantisation(quantise="rotated")


def constants_of(head, n_heavy=16, how=ROTATED):
    sizes = {name: getattr(head, name) for name in ("n_queries", "n_keys", "head_dim", "v_dim", "causal")}
    return head_constants(AttentionProblem(**sizes, n_heavy=n_heavy), head, quantisation=how)


@pytest.mark.parametrize(
    ("sample", "row"), [("minilm-code", 3), ("minilm-code", 200), ("minilm-pride", 77), ("smollm2-alice", 99)]
)
@pytest.mark.parametrize(("loader", "block_size"), [("qrom", None), ("one-hot-swap", 2)])
def test_a_row_is_right_on_every_address(sample, row, loader, block_size):
    constants, circuit = constants_of(load_head(sample)), Circuit(loader=loader, block_size=block_size)
    oracle = row_oracle(constants.quantised, row, int(constants.thresholds[row]), circuit)
    report = verify_oracle(oracle, draws=2)
    assert report.is_right
    channels = weighed_channels(constants.quantised, [row])
    assert int(oracle.table.word_bits) < constants.quantised.word_bits  # some weights are 0
    sums = problem_rows(constants.problem, constants).sums.take([row]).over(channels)
    form = heavy_key_oracle(oracle.n_items, sums, circuit)
    assert form.toffoli.item() == report.toffoli


@pytest.mark.parametrize(
    ("q", "k"),
    [
        (np.zeros((2, 2)), np.arange(10.0).reshape(5, 2)),
        (np.ones((2, 3)), np.zeros((4, 3))),
        (np.array([[2.0]]), np.array([[3.0]])),
        (np.array([[1.0, -2.0]]), np.array([[3.0, 1.0], [0.5, 0.5], [3.0, 1.0]])),
    ],
    ids=["zero queries", "zero keys", "one number", "equal keys"],
)
def test_degenerate_heads_run(q, k, run):
    head = AttentionHead(q=q, k=k, v=np.ones((len(k), 1)))
    result = run(head, n_heavy=1, quantise="rotated")
    assert (result.report.missed, result.report.extra) == (0, 0)
    assert result.report.recall == 1.0
    assert result.report.error.max_abs < 1e-9  # all values are 1


@pytest.mark.parametrize("sample", ["minilm-code", "smollm2-alice"])
def test_a_run_finds_what_the_words_say(sample, run):
    head, rows = load_head(sample), np.arange(40, 44)
    result = run(sample, rows, n_heavy=16, p_fail=1e-6, quantise="rotated")
    assert (result.report.missed, result.report.extra) == (0, 0)
    constants = constants_of(head)
    quality = find_quality(
        constants.quantised, constants.thresholds[rows], midway_thresholds(head, 16, rows), rows
    )
    assert result.report.recall == pytest.approx(quality.recall)
    assert [len(keys) for keys in result.found] == quality.n_marked.tolist()
    assert result.report.recall > 0.95
    plain = run(sample, rows, n_heavy=16, p_fail=1e-6)
    assert result.report.error.relative_frobenius < plain.report.error.relative_frobenius + 0.02


def test_a_margin_counts_the_keys_it_lets_in():
    head = load_head("minilm-code")
    wide, none = (
        constants_of(head, how=Quantisation(quantise="rotated", logit_margin=z)) for z in (3.0, 0.0)
    )
    assert none.problem.n_marked is None
    assert none.problem.n_searched == 16
    quality = find_quality(wide.quantised, wide.thresholds, midway_thresholds(head, 16))
    assert wide.problem.n_searched == round(quality.n_marked.mean()) > 25
    assert quality.recall > find_quality(none.quantised, none.thresholds, midway_thresholds(head, 16)).recall
