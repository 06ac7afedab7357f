"""Rows on one load are billed for the union of their heavy keys: a head's own, or a share."""

import numpy as np
import pytest

from qattention.api.verbs import request, run
from qattention.errors import SpecError
from qattention.plan import PlanOptions, typical_rows
from qattention.plan.rows import MEASURED, rounded_union, sharing_keys
from qattention.problem import AttentionProblem, load_head
from qattention.real_heads import union_share
from qattention.reference.quantised import quantised_find_sets

CASE = AttentionProblem(n_queries=64, n_keys=64, head_dim=4, n_heavy=5)
ALICE = load_head("smollm2-alice")


def test_unions_are_rounded_up_to_few_values() -> None:
    exact = np.arange(0, 5000)
    rounded = rounded_union(exact)
    assert (rounded >= exact).all()
    assert (np.diff(rounded) >= 0).all()
    assert (rounded[1:9] == exact[1:9]).all()
    assert (rounded[9:] <= np.ceil(2**0.25 * exact[9:])).all()
    assert len(np.unique(rounded)) < 55
    assert rounded_union([16, 64, 128]).tolist() == [16, 64, 128]


@pytest.mark.parametrize(("share", "expected"), [(1.0, [30, 20]), (0.5, [15, 10]), (0.01, [5, 5])])
def test_a_share_is_of_disjoint_find_sets(share: float, expected: list[int]) -> None:
    groups = sharing_keys(typical_rows(CASE, 6), CASE, share)  # ten loads of six rows, one of four
    assert groups.n_rows.tolist() == [6, 4]
    assert groups.n_union is not None
    assert groups.n_union.tolist() == expected


def test_the_measured_share_is_that_of_real_heads() -> None:
    groups = sharing_keys(typical_rows(CASE, 8), CASE, MEASURED)
    assert groups.n_union is not None
    assert groups.n_union.tolist() == [int(np.ceil(union_share(8) * 8 * 5))]
    assert sharing_keys(typical_rows(CASE, 1), CASE, MEASURED).n_union is None
    assert sharing_keys(typical_rows(CASE, 8), CASE, None).n_union is None


def test_disjoint_sets_cost_what_a_share_of_1_does_and_fewer_keys_less() -> None:
    sizes = {"n_tokens": 64, "head_dim": 4, "n_heavy": 5, "rows_per_load": 6, "loader": "one-hot"}
    disjoint, whole, half = (
        request(**sizes, union_share=share).totals.mean_searches.find.sum() for share in (None, 1.0, 0.5)
    )
    assert disjoint == whole
    assert half < 0.9 * disjoint


@pytest.mark.parametrize("n_rows", [3, 4])
def test_a_head_s_union_is_counted(n_rows: int) -> None:
    question = request(ALICE, rows_per_load=n_rows, n_heavy=6).question
    known = question.constants
    assert known is not None
    sets = quantised_find_sets(known.quantised, known.thresholds)
    groups = question.rows(n_rows)
    exact = [
        len(set(np.concatenate(sets[first : first + n_rows]).tolist())) for first in range(0, 128, n_rows)
    ]
    assert groups.n_union is not None
    assert groups.n_union.tolist() == rounded_union(exact).tolist()
    assert question.rows(1).n_union is None


def test_a_run_promises_what_its_estimate_does() -> None:
    rows = list(range(96, 128))
    options = {"rows_per_load": 4, "n_heavy": 8, "loader": "one-hot", "inner_product": "bucket-tree"}
    report = run(ALICE, rows=rows, **options).report
    assert (report.missed, report.extra) == (0, 0)
    totals = request(ALICE, **options).totals
    expected = float(totals.mean_searches.iterations[24:].sum())
    assert report.iterations["total"] == pytest.approx(expected, rel=0.25)  # eight searches
    assert totals.groups.n_union is not None
    assert (totals.groups.n_union[24:] < 4 * 8).all()


@pytest.mark.parametrize("share", [0, 1.5, "half", True, "nan"])
def test_other_shares_are_refused(share: object) -> None:
    with pytest.raises(SpecError, match=r"union_share.*above 0 and at most 1, or measured"):
        PlanOptions(union_share=share)  # type: ignore[arg-type]


def test_a_head_has_a_union_of_its_own() -> None:
    with pytest.raises(SpecError, match=r"union_share.*absent with HEAD"):
        request(ALICE, union_share=MEASURED).question  # noqa: B018  # made when asked for
