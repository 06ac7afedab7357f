"""The claims: parameters and break-even points measured by hand, and what becomes of them in gates."""

import json
import math
from pathlib import Path

import attrs
import numpy as np
import pytest

from qattention.claims import (
    CLAIMS,
    Parameters,
    claims,
    claims_report,
    measure_parameters,
    sized_parameters,
)
from qattention.claims.memories import DEVICE, GATES, LAYERS, MEMORIES, look_up_toffoli
from qattention.claims.parameters import coarse_share, row_distortion, statistical_dimension
from qattention.claims.song import PRODUCT_TOFFOLI, further_row, preprocessing, row_query
from qattention.errors import SpecError
from qattention.estimates.models import LayerKind, ModelSizes
from qattention.problem import AttentionHead, load_head
from qattention.render.claims_tables import claims_lines, claims_tables

ROOT = Path(__file__).parents[2]

# name -> s, alpha at most, n at which the preprocessing equals one classical row (measured apart, by hand).
BY_HAND = {
    "minilm-code": (47.6, 8.9, 6.7e7),
    "minilm-pride": (24.5, 4.2, 4.7e6),
    "smollm2-alice": (9.7, 9.1, 1.4e5),
}


@pytest.fixture(scope="module")
def reports():
    return {name: claims_report(name, measure_parameters(load_head(name))) for name in BY_HAND}


def row_of(report, name):
    return next(row for row in report.claims if row.name == name)


@pytest.mark.parametrize("name", BY_HAND)
def test_three_heads_as_measured_by_hand(reports, name):
    s, alpha, n = BY_HAND[name]
    p, row = reports[name].parameters, row_of(reports[name], "row-sampling")
    assert p.statistical_dimension == pytest.approx(s, rel=0.01)
    assert p.row_distortion == pytest.approx(alpha, rel=0.01)
    assert row.row_wins_from == pytest.approx(n, rel=0.1)
    # Preprocessing alone equals all rows' products at 410, 170, 52; with the rows themselves a little later.
    for_all = (preprocessing(p, 1.0) / p.head_dim) ** (2 / 3)
    assert for_all == pytest.approx(
        {"minilm-code": 410, "minilm-pride": 170, "smollm2-alice": 52}[name], rel=0.03
    )
    assert for_all < row.all_rows_win_from < 1.25 * for_all


def test_a_break_even_point_is_one(reports):
    for report in reports.values():
        p = report.parameters
        for claim, row in zip(CLAIMS, report.claims, strict=True):
            for cost, n, power in (
                (claim.one_row, row.row_wins_from, 1),
                (claim.all_rows, row.all_rows_win_from, 2),
            ):
                if cost is not None and n is not None and n > 1:
                    assert cost(p, n) == pytest.approx(n**power * p.head_dim, rel=1e-6)
                    assert cost(p, 2 * n) < (2 * n) ** power * p.head_dim
                    assert cost(p, n / 2) > (n / 2) ** power * p.head_dim


def test_statistical_dimension_of_known_kernels():
    # Orthogonal points of length r: a diagonal e^(r^2) and 1 elsewhere, eigenvalues known.
    m, r = 7, 1.3
    diagonal = math.exp(r**2)
    low, high = diagonal - 1, diagonal - 1 + m
    lam = 0.1 * diagonal
    want = (m - 1) * low / (low + lam) + high / (high + lam)
    assert statistical_dimension(r * np.eye(m)) == pytest.approx(want, rel=1e-9)
    assert statistical_dimension(np.zeros((5, 2))) == pytest.approx(1 / (1 + 0.1 / 5))
    huge = statistical_dimension(60.0 * np.eye(4))  # exp(3600) overflows unless divided first
    assert huge == pytest.approx(4 / 1.1)


def test_row_distortion_of_known_values():
    assert row_distortion(np.eye(6), 6) == pytest.approx(1.0)  # all directions alike
    assert row_distortion(np.ones((6, 4)), 4) == pytest.approx(4.0)  # one direction
    assert row_distortion(np.zeros((2, 3)), 3) == 3.0


def test_coarse_share_rules_out_what_lies_far_below():
    rng = np.random.default_rng(0)
    k = np.concatenate((np.full((4, 2), 3.0), rng.choice([-3.0, 3.0], size=(60, 1)) * [1.0, -1.0]))
    head = AttentionHead(q=np.full((3, 2), 1.0), k=k, v=k)
    assert coarse_share(head, 4) == pytest.approx(4 / 64)
    assert coarse_share(attrs.evolve(head, k=rng.normal(size=(64, 2))), 4) > 4 / 64


def test_the_compiled_row_query(reports):
    p = reports["minilm-code"].parameters
    one = row_query(p)
    s, d, root = p.statistical_dimension, 32, math.sqrt(256) / 0.1
    assert one.key_reads == pytest.approx(root * math.sqrt(s))
    assert one.products == pytest.approx(preprocessing(p, 256))  # the claim's own terms, nothing left out
    assert one.row_products == pytest.approx(further_row(p)) == pytest.approx(s**2 + s * d)
    assert one.toffoli_free_look_ups == pytest.approx(one.products * PRODUCT_TOFFOLI)
    reads = (one.key_reads + one.value_reads) * look_up_toffoli(256, 256)
    assert one.toffoli == pytest.approx(reads + one.toffoli_free_look_ups)


def test_reads_by_look_ups_grow_as_n():
    p = attrs.evolve(sized_parameters(2**14, 64, 16), statistical_dimension=10.0, row_distortion=5.0)
    reads = [(one := row_query(p, n)).toffoli - one.toffoli_free_look_ups for n in (2**24, 2**28)]
    assert math.log(reads[1] / reads[0], 16) == pytest.approx(1.0, abs=0.02)  # no gain over n d


@pytest.mark.parametrize(("n", "w"), [(2**20, 1024), (2**16, 256), (10**6, 512)])
def test_a_look_up_costs_about_twice_the_root_of_n_w(n, w):
    assert 2 * math.sqrt(n * w) < look_up_toffoli(n, w) < 2.3 * math.sqrt(n * w) + 2.3 * math.sqrt(n)


def test_small_tables_are_walked():
    assert look_up_toffoli(1, 8) == 0
    assert look_up_toffoli(2, 1000) <= 2


def test_verdicts_as_the_scaling_report_has_them():
    # The powers of n in the registry against the published verdicts, whose witnesses are circuits.
    published = json.loads((ROOT / "estimates" / "verdict" / "result.json").read_text())["verdicts"]
    rows = [one for one in published if one["algorithm"] == "row-by-row"]
    devices = {one["loader"] for one in rows if (one["cost"], one["verdict"]) == ("t", "assumes")}
    assert devices

    def least(cost, outside):
        return min(
            one["leading"]["n"]
            for one in rows
            if one["cost"] == cost and (one["loader"] in devices) == outside
        )

    found = {
        GATES.name: least("t", False),
        LAYERS.name: least("t_depth", False),
        DEVICE.name: least("t", True),
    }
    report = claims_report("sizes", sized_parameters(2**14, 128, 16))
    for name in ("sparse-attention", "find-all", "k-minima"):
        assert {one.memory: one.n_exponent for one in row_of(report, name).verdicts} == found
    answers = [one.verdict for one in row_of(report, "sparse-attention").verdicts]
    assert answers == ["fails", "assumes", "assumes"]
    sampled = row_of(report, "row-sampling").verdicts
    assert [(one.of, one.gains) for one in sampled[:3]] == [("one row", x) for x in (False, True, True)]
    assert [(one.of, one.gains) for one in sampled[3:]] == [("all rows", True)] * 3
    assert [one.verdict for one in sampled] == ["fails", "assumes", "assumes", "holds", "assumes", "assumes"]
    assert [one.n_exponent for one in sampled] == [1.0, 0.5, 0.5, 1.0, 1.0, 1.0]
    assert all(
        (one.assumption is None) == (one.verdict != "assumes") for one in row_of(report, "find-all").verdicts
    )


def test_every_record_is_whole():
    fields = {field.name for field in attrs.fields(Parameters)}
    assert len({claim.name for claim in CLAIMS}) == len(CLAIMS) >= 8
    p = attrs.evolve(measure_parameters(load_head("smollm2-alice"), n_heavy=4), n=1000)
    for claim in CLAIMS:
        assert all((claim.title, claim.source, claim.formula, claim.hides))
        assert set(claim.needs) <= fields
        assert claim.missing(p) == ()
        for cost in (claim.one_row, claim.all_rows):
            assert cost is None or 0 < cost(p, 1000.0) < cost(p, 4000.0)
        assert claim.compiled is None or len(claim.verdicts(p)) % len(MEMORIES) == 0
        bare = sized_parameters(1000, 64, 16)
        assert bool(claim.missing(bare)) == any(getattr(bare, name) is None for name in claim.needs)


def test_sizes_alone_leave_out_what_only_a_head_tells():
    report = claims_report("sizes", sized_parameters(2**14, 128, 16))
    row = row_of(report, "row-sampling")
    assert row.missing == ("statistical_dimension", "row_distortion")
    assert (row.one_row, row.row_wins_from, row.measured) == (None, None, {})
    search = row_of(report, "sparse-attention")
    assert search.one_row == pytest.approx(math.sqrt(2**14 * 16) * 128)
    assert search.exact_rows == 2**28 * 128
    assert search.all_rows_win_from == pytest.approx(16)


def test_a_head_that_is_not_sparse_is_told_so():
    # Three quarters of the keys at logit 1, the rest at -2, and values that nearly cancel: half the keys as
    # they are and the others at their mean are far off.
    k = np.array([1.0] * 30 + [-2.0] * 10)[:, None]
    v = np.where(k > 0, 1.0, -0.99 * 3 * np.exp(3))
    head = AttentionHead(q=np.ones((40, 1)), k=k + 1e-6 * np.arange(40)[:, None], v=v)
    p = measure_parameters(head)
    assert p.n_heavy is None
    assert p.n_heavy_source.startswith("not sparse")
    report = claims_report("head", p)
    assert row_of(report, "sparse-attention").missing == ("n_heavy",)
    assert row_of(report, "row-sampling").missing == ()
    assert any("needs n_heavy" in str(table) for table in claims_tables(report))


def test_tables_say_what_is_not_compiled(reports):
    report = reports["smollm2-alice"]
    text = "\n".join(claims_lines(report))
    for row in report.claims:
        assert (f"- {row.name}: {row.title} ({row.source}). Not compiled here." in text) == (
            row.compiled is None
        )
    parameters, one_row, all_rows, verdicts, _ = claims_tables(report)
    for table, extent in ((one_row, "one row"), (all_rows, "all rows")):
        assert [row[0] for row in table.rows] == [row.name for row in report.claims if extent in row.prices]
        assert table.rows
    assert ("n, d", "128, 64") in parameters.rows
    assert ("row-sampling", "one row", "n^0.5", "n^1", "n^1: fails, no gain") in [
        row[:5] for row in verdicts.rows
    ]


def test_large_heads_are_sampled(monkeypatch):
    from qattention.claims import parameters

    monkeypatch.setattr(parameters, "MOST_POINTS", 100)
    p = measure_parameters(load_head("smollm2-alice"), n_heavy=4)
    assert p.n_sampled == 100
    assert p.statistical_dimension < 9.7


def one_layer(n_context):
    """A model of one layer of two heads on one key/value head."""
    kind = LayerKind(
        stack="decoder", sees="all", n_layers=1, n_cached=1, n_heads=2, n_kv_heads=1, head_dim=4, v_dim=4
    )
    return ModelSizes(kinds=(kind,), n_layers=1, n_attending=1, n_context=n_context)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"n_tokens": 0}, "n_tokens"),
        ({"n_tokens": 2**61}, "n_tokens"),
        ({"head_dim": 0}, "head_dim"),
        ({"n_tokens": 2**55, "head_dim": 2**18}, "n_keys"),
        ({"n_heavy": 9, "n_tokens": 8}, "n_heavy"),
        ({"eps": 0.0, "n_tokens": 8}, "eps"),
        ({"head": "h", "n_tokens": 8}, "n_tokens"),
        ({"head": "h", "n_heavy": 10**6}, "n_heavy"),
        ({"model": "m", "head_dim": 8}, "head_dim"),
        ({"model": "m", "head": "h"}, "model"),
    ],
)
def test_what_is_refused(arguments, field):
    model = one_layer(64)
    if "model" in arguments:
        arguments = arguments | {"model": model}
    if "head" in arguments:
        arguments = arguments | {"head": load_head("smollm2-alice")}
    with pytest.raises(SpecError, match=field):
        claims(arguments.pop("head", None), **arguments)


def test_a_model_gives_its_sizes():
    model = one_layer(32)
    report = claims(model=model, n_heavy=2)
    assert (report.parameters.n, report.parameters.head_dim, report.parameters.n_heavy) == (32, 4, 2)
    measured = row_of(report, "sparse-attention").measured
    assert measured["calls_over_sqrt_nk"] == pytest.approx(measured["calls_per_row"] / 8)
    assert json.dumps(attrs.asdict(report))
