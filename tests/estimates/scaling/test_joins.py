"""Exponents of blocks of pairs."""

import attrs
import pytest

from qattention.circuit import loader_kind
from qattention.compiler.joins import join_sizes
from qattention.compiler.question import ask
from qattention.estimates.scaling.joins import join_costs, join_verdicts
from qattention.estimates.scaling.sweeps import Point
from qattention.joins.choose import choose_join
from qattention.plan import PlanOptions

BASE = Point(n=2**18, k=16, d=32, b=8)
GRIDS = {"n": (2**14, 2**18, 2**22), "k": (4, 64), "d": (16, 64), "b": (4, 8)}


@pytest.fixture(scope="module")
def verdicts():
    return {one.cost: one for one in join_verdicts("pair-join", loader_kind("one-hot-swap"), BASE, GRIDS)}


def test_queries_keep_the_claim(verdicts):
    found = verdicts["queries"]
    assert (found.verdict, found.assumption) == ("holds", None)
    assert found.fitted.n == pytest.approx(1.5, abs=0.05)
    assert found.fitted.k == pytest.approx(0.5, abs=0.05)


def test_certificate_is_one_over_all_pairs(verdicts):
    """n root N of pairs: n^1, not a certificate a row's n^1.5."""
    assert verdicts["queries"].certificate.fitted.n == pytest.approx(1.0, abs=0.05)


def test_t_count_and_volume(verdicts):
    assert 1.4 < verdicts["t"].fitted.n < 1.7
    assert verdicts["volume"].verdict == "fails"
    assert all(0 < a < b for a, b in zip(verdicts["t"].totals, verdicts["t"].totals[1:], strict=False))


def test_finding_and_certificate_are_apart():
    found = join_costs("blocked", loader_kind("qroam"), attrs.evolve(BASE, n=2**14))
    assert found.find["t"] > found.certificate["t"] > 0


def test_fix_ups_stand_beside_the_t_counts(verdicts):
    """Classical XORs of keys' and rows' fix-ups: words times addresses, an iteration."""
    fix_up, t = verdicts["fix_up"], verdicts["t"]
    assert fix_up.fitted.n > t.fitted.n + 0.3
    assert all(bits > 10 * gates for bits, gates in zip(fix_up.totals, t.totals, strict=True))
    assert fix_up.leading is None is fix_up.check
    asked = ask(None, BASE.problem, PlanOptions(algorithm="pair-join", loader="one-hot-swap"))
    totals = choose_join(join_sizes(asked), asked.options)
    costs = join_costs("pair-join", loader_kind("one-hot-swap"), BASE)
    finds = sum(part.fix_up_bit_ops for part in totals.parts[:-1])
    assert costs.find["fix_up"] == pytest.approx(finds)
    assert costs.of("fix_up") == pytest.approx(totals.fix_up_bit_ops, rel=0.4)


def test_exponents_of_both_together(verdicts):
    total = verdicts["t"].total
    assert total.fitted.n == pytest.approx(verdicts["t"].fitted.n, abs=0.1)
    assert total.low > 0 < total.high
    assert verdicts["t_depth"].fitted.n < verdicts["clifford_depth"].fitted.n
