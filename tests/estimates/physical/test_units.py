"""Factories against the libraries that have them too."""

import pytest
from qdk.qre import instruction_ids as ids
from qdk.qre.models import Litinski19Factory
from qualtran.resource_counting import GateCounts
from qualtran.surface_code import (
    CCZ2TFactory,
    FastDataBlock,
    FifteenToOne,
    LogicalErrorModel,
    QECScheme,
    iter_ccz2t_factories,
)

from qattention.estimates.physical.patches import BEVERLAND, GIDNEY_FOWLER, fast_block
from qattention.estimates.physical.units import (
    DISTILLERIES,
    Catalysed,
    Demand,
    catalysed,
    distilleries,
    rounds_taken,
    undominated,
    units_needed,
)

SCHEMES = ((GIDNEY_FOWLER, QECScheme.make_gidney_fowler()), (BEVERLAND, QECScheme.make_beverland_et_al()))


def theirs(p_physical: float) -> LogicalErrorModel:
    return LogicalErrorModel(physical_error=p_physical, qec_scheme=QECScheme.make_gidney_fowler())


@pytest.mark.parametrize("p_physical", [1e-3, 1e-4, 3.7e-4])
@pytest.mark.parametrize(("n_t", "n_ccz"), [(0, 1), (1, 0), (7, 5), (10**8, 10**9 + 1)])
@pytest.mark.parametrize(("inner", "outer"), [(5, 7), (15, 31), (25, 51), (17, 19)])
def test_catalysed_units_are_those_of_qualtran(
    inner: int, outer: int, n_t: int, n_ccz: int, p_physical: float
) -> None:
    mine, other = Catalysed(inner=inner, outer=outer), CCZ2TFactory(inner, outer)
    asked, counts = Demand(n_t=n_t, n_ccz=n_ccz), GateCounts(t=n_t, toffoli=n_ccz)
    assert mine.qubits == other.n_physical_qubits()
    assert mine.error(p_physical) == pytest.approx(other.l2_error(theirs(p_physical)))
    assert mine.spent(asked, p_physical) == pytest.approx(other.factory_error(counts, theirs(p_physical)))
    assert mine.rounds(asked) == other.n_cycles(counts, theirs(p_physical))


def test_all_pairs_of_distances_are_tried() -> None:
    library = {
        (unit.distillation_l1_d, unit.distillation_l2_d)
        for unit in iter_ccz2t_factories(l1_stop=27, l2_stop=53)
    }
    assert {(unit.inner, unit.outer) for unit in catalysed()} == library


def test_distilleries_are_those_of_the_other_library() -> None:
    """It has the same table, and beside it the CCZ units that are not taken here."""
    entries = Litinski19Factory()._entries
    library = {
        (p, one.error_rate, one.space, one.cycles, one.output_states)
        for p, tables in entries.items()
        for one in tables[0][ids.T]
    }
    mine = {(one.p_physical, one.error, one.qubits, one.run_rounds, one.states) for one in DISTILLERIES}
    assert mine == library


@pytest.mark.parametrize(
    ("p_physical", "sizes", "index"),
    [(1e-4, (7, 3, 3), 0), (1e-4, (9, 3, 3), 1), (1e-4, (11, 5, 5), 3), (1e-3, (17, 7, 7), 0)],
)
def test_published_errors_follow_from_the_published_scheme(
    p_physical: float, sizes: tuple[int, int, int], index: int
) -> None:
    """Litinski's simulation with 0.1 (100 p)^((d + 1) / 2); with 0.03 it errs less than the table says."""
    unit = distilleries(p_physical)[index]
    factory = FifteenToOne(*sizes)
    assert factory.p_out(theirs(p_physical)) == pytest.approx(unit.error, rel=0.03)
    assert factory.n_physical_qubits() == pytest.approx(unit.qubits, rel=0.005)
    rounds = 6 * sizes[2] / (1 - factory.p_fail(theirs(p_physical)))
    assert rounds == pytest.approx(unit.run_rounds, rel=0.005)
    other = LogicalErrorModel(physical_error=p_physical, qec_scheme=QECScheme.make_beverland_et_al())
    assert factory.p_out(other) < 0.9 * unit.error


def test_rows_are_those_of_the_next_worse_error() -> None:
    assert {one.p_physical for one in distilleries(1e-4)} == {1e-4}
    assert {one.p_physical for one in distilleries(1.01e-4)} == {1e-3}
    assert distilleries(1.01e-3) == ()


@pytest.mark.parametrize(("mine", "scheme"), SCHEMES)
def test_patches_are_those_of_qualtran(mine: object, scheme: QECScheme) -> None:
    for distance in (2, 3, 7, 12, 51):
        for p_physical in (1e-3, 1e-4, 9e-3):
            expected = scheme.logical_error_rate(distance, p_physical)
            assert mine(p_physical, distance) == pytest.approx(expected)  # type: ignore[operator]
    for n_qubits in (1, 2, 50, 3912, 10**9):
        assert fast_block(n_qubits) == FastDataBlock.get_n_tiles(n_qubits)


def test_units_keep_up_and_make_whole_runs() -> None:
    for unit in (*DISTILLERIES, *catalysed()[::29]):
        for asked in (Demand(n_t=1, n_ccz=0), Demand(n_t=0, n_ccz=3), Demand(n_t=1001, n_ccz=77)):
            alone = unit.rounds(asked)
            for rounds in (1, 50, 1000, alone, 2 * alone):
                number = units_needed(unit, asked, rounds)
                taken = rounds_taken(unit, asked, number)
                assert 1 <= number <= max(unit.runs(asked), asked.n_t + 4 * asked.n_ccz)
                assert taken >= unit.run(asked)
                whole_runs = -(-unit.runs(asked) // number)
                assert taken * unit.runs(asked) >= whole_runs * alone
            assert rounds_taken(unit, asked, 1) == alone
            assert rounds_taken(unit, asked, unit.runs(asked)) >= unit.run(asked)  # the longest of them


def test_a_dominated_unit_is_left_out() -> None:
    asked = Demand(n_t=10, n_ccz=10)
    kept = undominated(catalysed(), asked, 1e-3)
    assert 5 < len(kept) < len(catalysed())
    for unit in catalysed():
        assert any(
            one.qubits <= unit.qubits
            and one.rounds(asked) <= unit.rounds(asked)
            and one.error(1e-3) <= unit.error(1e-3)
            for one in kept
        )
