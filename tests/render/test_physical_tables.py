"""Machines as tables."""

import attrs

from qattention.estimates.physical import LogicalCounts, physical_report
from qattention.render.physical_tables import physical_tables


def test_each_front_shows_its_ends_and_each_ratio_its_factors() -> None:
    figures = physical_report(LogicalCounts(n_qubits=50, n_ccz=10**6, n_measurements=10**5)).figures
    machines, ratios = physical_tables(figures)
    models = {one.model for one in figures}
    assert {row[0] for row in machines.rows} == {f"{one.model} [{one.engine}]" for one in figures} | {""}
    by_model = {model: [one for one in figures if one.model == model] for model in models}
    assert len(machines.rows) == sum(min(2, len(front)) for front in by_model.values())
    assert machines.rows[0][1] == figures[0].physical_qubits
    assert [row[0] for row in ratios.rows[::2]] == [one.model for one in figures if one.versus]
    for row in ratios.rows:
        factors = [float(part.rsplit(" ", 1)[1]) for part in str(row[3]).split(" × ")]
        assert len(factors) == (3 if row[1] == "qubits" else 4)
    alone = physical_tables(tuple(attrs.evolve(one, versus=None) for one in figures))
    assert [table.title for table in alone] == [machines.title]


def test_nothing_is_shown_of_machines_not_asked_for() -> None:
    assert physical_tables(None) == physical_tables(()) == []
