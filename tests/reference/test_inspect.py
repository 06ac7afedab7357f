"""The inspection: on planted heads where the answer is known, and on the packaged real ones."""

import functools
import json
import math

import attrs
import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.problem import AttentionHead, load_head
from qattention.reference import (
    find_sets,
    inspect_head,
    light_logits,
    logits,
    output_error,
    row_thresholds,
    set_sizes,
    sparse_attention_matrix,
)
from qattention.reference.inspect import head_rank_obstruction
from qattention.reference.report import summarise


@pytest.fixture
def planted(head_of_logits):
    """20 x 40, two heavy keys a row at 5, light ones in [-0.08, 0]: the paper's promise holds."""
    rng = np.random.default_rng(0)
    matrix = rng.uniform(-0.08, 0.0, size=(20, 40))
    for i in range(20):
        matrix[i, [2 * i, 2 * i + 1]] = 5.0
    return head_of_logits(matrix, v=rng.normal(size=(40, 3)))


def test_a_head_that_keeps_the_promise(planted):
    report = inspect_head(planted, n_heavy=2)
    assert (report.max_heavy, report.mean_heavy, report.tied_rows) == (2, 2.0, 0)
    assert (report.gap_condition_rows, report.rows_without_heavy, report.rows_without_light) == (20, 0, 0)
    assert report.goodness.good
    assert report.goodness.tau == 5.0
    assert report.goodness.least_good_tau == np.nextafter(logits(planted)[logits(planted) < 1].max(), 1)
    assert report.eta.max <= 0.08
    assert report.gap.min >= 5.0
    assert report.logit_spread.max == pytest.approx(5.08, abs=0.01)
    assert report.tail_mass.median == pytest.approx(
        38 * math.exp(-0.04) / (38 * math.exp(-0.04) + 2 * math.exp(5)), rel=0.01
    )
    assert all(
        e.relative_frobenius < 0.05
        for e in report.errors
        if e.fill == "one" and e.n_heavy == 2 and not e.center_keys
    )
    assert "The gap condition holds in every row" in report.advice[1]


def test_a_given_tau_is_used_for_all_rows(planted):
    report = inspect_head(planted, n_heavy=1, tau=4.0)
    assert (report.thresholds, report.max_heavy, report.goodness.tau) == ("single", 2, 4.0)
    assert not report.goodness.good
    assert report.tied_rows == 0
    assert inspect_head(planted, tau=6.0).rows_without_heavy == 20


def test_ties_are_reported(head_of_logits):
    head = head_of_logits([[2, 1, 1, 0], [3, 2, 1, 0]])
    assert inspect_head(head, n_heavy=2).tied_rows == 1
    assert inspect_head(head, n_heavy=2).max_heavy == 3


def test_goodness_by_hand(head_of_logits):
    head = head_of_logits([[9, 8, 7, 0], [3, 2, 1, 0]])
    good = inspect_head(head, n_heavy=1).goodness  # two logits in all: 9 and 8
    assert (good.tau, good.max_heavy, good.mean_heavy, good.good) == (8.0, 2, 1.0, False)
    assert good.least_good_tau == np.nextafter(8.0, 9)
    assert (good.mean_heavy_at_least_good_tau, good.rows_empty_at_least_good_tau) == (0.5, 1)
    everything = inspect_head(head, n_heavy=4).goodness
    assert (everything.good, everything.least_good_tau) == (True, None)


def test_causal_goodness_does_not_count_hidden_keys(random_head):
    head = random_head(0, 6, 6, causal=True)
    good = inspect_head(head, n_heavy=6).goodness  # asks for 36 of 21 visible logits
    assert (good.mean_heavy, good.max_heavy, good.least_good_tau) == (3.5, 6, None)


def test_gap_and_eta_by_hand(head_of_logits):
    report = inspect_head(head_of_logits([[4.0, 1.0, -3.0], [2.0, -2.5, 1.5]]), n_heavy=1)
    assert (report.gap.min, report.gap.max) == (0.5, 3.0)
    assert (report.eta.min, report.eta.max) == (2.5, 3.0)
    assert (report.logit_spread.min, report.logit_spread.max) == (4.5, 7.0)


@pytest.fixture(scope="module")
def report_of():
    """report_of(sample): the default inspection of a packaged head, made once."""
    return functools.cache(lambda sample: inspect_head(load_head(sample)))


@pytest.mark.parametrize("sample", ["minilm-code", "minilm-pride", "smollm2-alice"])
class TestRealHeads:
    def test_is_plain_json(self, sample, report_of):
        report = report_of(sample)
        again = json.loads(json.dumps(report.to_dict(), allow_nan=False))
        assert again == json.loads(json.dumps(attrs.asdict(report), allow_nan=False))
        assert {e["n_heavy"] for e in again["errors"]} == {4, 16, 64}
        assert len(again["errors"]) == 3 * 6
        assert len(again["bits"]) == 6
        assert all(isinstance(line, str) for line in again["advice"])

    def test_the_gap_condition_holds_on_no_row_with_light_keys(self, sample, report_of):
        report = report_of(sample)  # PAPER.md, section 4
        assert report.gap_condition_rows == 0
        assert report.eta.median > 1.7

    def test_one_threshold_is_uneven(self, sample, report_of):
        good = report_of(sample).goodness
        assert 2.5 < good.max_heavy / good.mean_heavy < 19  # PAPER.md, section 4: about 6, 19 at worst
        assert not good.good

    def test_b_is_not_low_rank(self, sample, report_of):
        rank = report_of(sample).numerical_rank
        assert rank.rank > 4 * rank.n_heavy_plus_one


# data/README.md: logit range, most positive logits in a row, and top-k errors with the mean of the rest.
@pytest.mark.parametrize(
    ("sample", "low", "high", "positive", "errors"),
    [
        ("smollm2-alice", -9.8, 7.8, 66, {4: 0.33, 16: 0.037, 64: 0.0016}),
        ("minilm-code", -26.2, 14.4, 82, {4: 0.061, 16: 0.011, 64: 0.0027}),
        ("minilm-pride", -9.3, 8.1, 262, {4: 0.41, 16: 0.23, 64: 0.097}),
    ],
)
def test_the_published_figures_of_the_samples(report_of, sample, low, high, positive, errors):
    head = load_head(sample)
    finite = logits(head)[np.isfinite(logits(head))]
    assert (round(finite.min(), 1), round(finite.max(), 1)) == (low, high)
    assert set_sizes(find_sets(head, np.nextafter(0.0, 1.0))).max() == positive
    measured = {e.n_heavy: e.relative_frobenius for e in report_of(sample).errors if e.fill == "row-mean"}
    assert {k: float(f"{e:.2g}") for k, e in measured.items()} == errors


def test_advice_on_one_threshold_does_not_contradict_itself(report_of, planted):
    (line,) = (one for one in report_of("minilm-code").advice if "One threshold" in one)
    assert line.startswith("One threshold for all rows would nearly do: with tau = 3.07 max |S_i| is 41, ")
    assert line.endswith("the head is not (3.07, 16)-good.")
    (line,) = (one for one in inspect_head(planted, n_heavy=2).advice if "One threshold" in one)
    assert line.startswith("One threshold for all rows would do:")
    assert "-good." in line
    assert "not" not in line


def test_the_table_agrees_with_direct_measurement(report_of):
    head = load_head("smollm2-alice")
    sets = find_sets(head, row_thresholds(head, 16))
    light = light_logits(head, sets)
    centred = AttentionHead(q=head.q, k=head.k - head.k.mean(axis=0), v=head.v, scale=head.scale, causal=True)
    table = {(e.fill, e.center_keys): e for e in report_of("smollm2-alice").errors if e.n_heavy == 16}
    for fill in ("one", "mean-logit", "row-mean", "drop"):
        error = output_error(head, sparse_attention_matrix(head, sets, fill), light)
        assert table[fill, False].relative_frobenius == pytest.approx(error.relative_frobenius)
    error = output_error(centred, sparse_attention_matrix(centred, sets, "one"), light_logits(centred, sets))
    assert table["one", True].relative_frobenius == pytest.approx(error.relative_frobenius)
    assert table["one", True].bound == pytest.approx(error.bound)


def test_the_bound_on_centred_keys_is_of_the_centred_logits(planted):
    # Light logits within 0.08 of 0 are further from 0 once the mean key is gone: so is the fill one.
    centred = AttentionHead(q=planted.q, k=planted.k - planted.k.mean(axis=0), v=planted.v)
    sets = find_sets(planted, row_thresholds(planted, 4))
    b = sparse_attention_matrix(centred, sets, "one")
    want = output_error(centred, b, light_logits(centred, sets))
    (got,) = [e for e in inspect_head(planted).errors if e.center_keys and e.n_heavy == 4]
    assert (got.bound, got.max_abs) == (pytest.approx(want.bound), pytest.approx(want.max_abs))


class TestRankObstruction:
    def obstruction(self, head, k, eta=0.1):
        sets = find_sets(head, row_thresholds(head, k))
        return head_rank_obstruction(head, sparse_attention_matrix(head, sets, "one"), eta)

    def test_a_diagonal_needs_many_dimensions(self, head_of_logits):
        found = self.obstruction(head_of_logits(5.0 * np.eye(60)), 1)
        assert (found.n_matching, found.heavy_logit) == (60, 5.0)
        # trace^2 / (60 * 25 + (3600 - 60) * 0.01) = 300^2 / 1535.4
        assert found.required_head_dim == math.ceil(90_000 / 1535.4)
        assert found.feasible
        found = self.obstruction(head_of_logits(5.0 * np.eye(10)), 1, eta=2.0)
        assert found.required_head_dim == 5  # 2500 / (250 + 90 * 4) = 4.1; all 100 entries light: 3.8

    def test_an_attention_sink_escapes(self, head_of_logits):
        matrix = np.zeros((60, 60))
        matrix[:, 0] = 5.0
        found = self.obstruction(head_of_logits(matrix), 1)
        assert (found.n_matching, found.required_head_dim) == (1, 1)

    @pytest.mark.parametrize("seed", range(10))
    def test_with_the_true_eta_the_bound_never_exceeds_d(self, random_head, seed):
        head = random_head(seed, 40, 40, d=3, spread=4.0)
        for k in (1, 5, 40):
            light = light_logits(head, find_sets(head, row_thresholds(head, k)))
            eta = float(np.nanmax(light.eta)) if k < 40 else 0.0
            assert self.obstruction(head, k, eta).required_head_dim <= 3

    def test_too_few_dimensions_are_told(self):
        rng = np.random.default_rng(0)
        keys = rng.normal(size=(300, 8))
        keys *= 3 / np.linalg.norm(keys, axis=1, keepdims=True)
        report = inspect_head(AttentionHead(q=keys, k=keys, v=keys), n_heavy=1)
        assert report.rank_obstruction.n_matching == 300
        assert not report.rank_obstruction.feasible
        assert report.advice[-1].endswith("d is 8.")

    def test_no_heavy_pair(self, head_of_logits):
        assert inspect_head(head_of_logits([[1.0, 2.0]]), tau=5.0).rank_obstruction.n_matching == 0


class TestOddHeads:
    @pytest.mark.parametrize("causal", [False, True])
    def test_one_query_one_key(self, causal):
        head = AttentionHead(q=[[1.0]], k=[[2.0]], v=[[3.0]], causal=causal)
        report = inspect_head(head)
        assert (report.n_heavy, report.eta, report.gap, report.rows_without_light) == (1, None, None, 1)
        assert report.tail_mass.max == 0
        json.dumps(report.to_dict(), allow_nan=False)

    def test_all_zero(self):
        head = AttentionHead(q=np.zeros((3, 2)), k=np.zeros((4, 2)), v=np.zeros((4, 1)))
        report = inspect_head(head, n_heavy=1)
        assert (report.tied_rows, report.max_heavy) == (3, 4)
        json.dumps(report.to_dict(), allow_nan=False)

    def test_decoding(self, random_head):
        report = inspect_head(random_head(0, 1, 50, causal=True))
        assert (report.n_queries, report.mean_heavy) == (1, 16.0)

    @pytest.mark.parametrize(
        ("arguments", "field"),
        [
            ({"n_heavy": 0}, "n_heavy"),
            ({"n_heavy": 13}, "n_heavy"),
            ({"tau": np.nan}, "tau"),
            ({"tau": np.inf}, "tau"),
        ],
    )
    def test_refused(self, random_head, arguments, field):
        with pytest.raises(SpecError, match=f"`{field}`"):
            inspect_head(random_head(), **arguments)


def test_summaries_leave_out_what_is_undefined():
    assert summarise([np.nan, np.inf, -np.inf]) is None
    assert attrs.astuple(summarise([3.0, np.nan, 1.0, 2.0])) == (1.0, 2.0, 3.0)
