"""The verdict's page and the README's headline say what the studies and the commands say."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from qattention.cli.main import cli
from qattention.problem import load_head
from qattention.reference import inspect_head
from qattention.render.estimate_tables import headline

ROOT = Path(__file__).parents[1]
COSTS = ("t", "t_depth", "volume")


def one_line(page: str) -> str:
    return " ".join((ROOT / page).read_text().split())


VERDICT, README = one_line("docs/verdict.md"), one_line("README.md")


def study(name: str) -> Any:
    return json.loads((ROOT / "estimates" / name / "result.json").read_text())


def found(algorithm: str, loader: str, cost: str) -> Any:
    (one,) = (
        verdict
        for verdict in study("verdict")["verdicts"]
        if (verdict["algorithm"], verdict["loader"], verdict["cost"]) == (algorithm, loader, cost)
    )
    return one


def powers(exponents: dict[str, float], digits: int | None = None) -> str:
    shown = {name: f"{x:g}" if digits is None else f"{x:.{digits}f}" for name, x in exponents.items()}
    return " ".join(name if x == "1" else f"{name}^{x}" for name, x in shown.items() if float(x))


def times_ten(value: float, digits: int = 2) -> str:
    """1.6 x 10^11."""
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa} x 10^{int(exponent)}"


def rounded_up(value: float) -> str:
    return headline(value).replace("×", "x")


def rows() -> list[list[str]]:
    lines = (ROOT / "docs" / "verdict.md").read_text().splitlines()
    told = [line for line in lines if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in told]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_each_row_of_the_table_is_the_study_s(row: list[str]) -> None:
    loader = re.match(r"`([\w-]+)`", row[0])
    assert loader is not None
    verdicts = [found(row[1], loader[1], cost) for cost in COSTS]
    shown = [f"{powers(one['leading'])} ({one['fitted']['n']:.2f})" for one in verdicts]
    assert row[2:] == [*shown, verdicts[0]["verdict"]]


def test_the_table_shows_the_claim_the_assumption_and_the_best() -> None:
    assert len(rows()) >= 6
    assert {row[5] for row in rows()} == {"fails", "assumes"}
    claimed = study("verdict")["verdicts"][0]["claimed"]
    assert f"| the claim | | {powers(claimed)} |" in VERDICT


def test_what_is_said_of_all_memories_holds_of_all() -> None:
    verdicts = study("verdict")["verdicts"]
    alone = [v for v in verdicts if v["algorithm"] == "row-by-row" and v["loader"] != "hardware"]
    assert min(v["leading"]["n"] for v in alone if v["cost"] == "t") == 2
    assert {v["verdict"] for v in verdicts if v["cost"] == "queries"} == {"holds"}
    shallow = {v["loader"] for v in alone if v["cost"] == "t_depth" and v["leading"]["n"] == 1.5}
    assert shallow >= {"one-hot", "bucket-brigade-parallel"}
    shared = [v for v in verdicts if v["algorithm"] == "shared-load" and v["cost"] == "t"]
    assert 1.5 < min(v["leading"]["n"] for v in shared) < 2


def test_figures_of_the_reference_case() -> None:
    case = study("reference")
    search, logical = case["search"], case["logical"]
    each, here = case["iteration"]["toffoli"], case["classical"]["against"][0]
    share = sum(part["share"] for part in case["iteration"]["breakdown"] if part["path"] == "oracle/load")
    a_row = rounded_up(logical["expected"]["toffoli"] / case["problem"]["n_queries"])
    scan = times_ten(case["problem"]["n_keys"] * case["problem"]["head_dim"])
    qubits = f"{logical['qubits']:,}"
    assert f"{search['iterations_per_row']:,.0f} iterations a query of {each:,} Toffoli each" in VERDICT
    assert f"{a_row} Toffoli on {qubits} error-corrected qubits" in VERDICT
    assert f"a classical scan takes {scan} multiply-adds" in VERDICT
    assert f"{rounded_up(logical['expected']['toffoli'])} Toffoli, 19 days" in VERDICT
    assert round(case["classical"]["quantum_s"] / 86400) == 19
    microseconds = float(f"{here['seconds'] * 1e6:.2g}")
    assert f"{microseconds:g} us on one H100" in VERDICT
    assert f"{times_ten(here['ratio'])} times as long" in VERDICT
    assert f"that look-up is {share:.0%} of an iteration".replace("%", " %") in VERDICT
    assert f"holds {times_ten(case['memory']['cells'])} bits" in VERDICT
    rounded = round(search["iterations_per_row"], -1)
    assert f"about {rounded:,.0f} Grover iterations a row, of {each:,} Toffoli each at best" in README
    assert f"{a_row} Toffoli on {qubits} logical qubits" in README
    assert f"reading the row classically takes {scan} multiply-adds" in README
    assert f"{share:.0%} of it is the look-up".replace("%", " %") in README
    stock = study("naive")["logical"]["expected"]["toffoli"] / logical["expected"]["toffoli"]
    assert f"take [{stock:.0f} times as many]" in README


def test_the_exponents_of_the_headline() -> None:
    unary, best = (found("row-by-row", loader, "t")["fitted"] for loader in ("qrom", "qroam"))
    tree, cliffords = (found("row-by-row", "one-hot", cost) for cost in ("t_depth", "clifford_depth"))
    shared = found("shared-load", "one-hot-swap", "t")["fitted"]
    assert f"the T count of plain unary iteration grows as n^{unary['n']:.2f}" in README
    assert f"of the best blocks as {powers(best, 2)}" in README
    assert f"T depth grows as n^{tree['fitted']['n']:.2f}" in README
    assert f"n^{cliffords['leading']['n']:g} in Cliffords" in README
    assert f"n^{shared['n']:.2f}" in README


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--loader", "hardware"), "n of about {} tokens"),
        (("--rows-per-load", "auto"), "and shared loads: {}."),
    ],
)
def test_break_even_is_what_compare_says(options: tuple[str, ...], says: str) -> None:
    command = ["compare", *options, "--no-physical", "--logical-clock", "1e6", "--json"]
    against = json.loads(CliRunner().invoke(cli, command).stdout)
    here = against["classical"]["against"][0]
    assert says.format(times_ten(here["break_even_n"])) in VERDICT
    if "auto" in options:
        gain = study("reference")["logical"]["expected"]["toffoli"] / against["toffoli"]
        told = f"takes {against['plan']['rows_per_load']} rows a load and {gain:.2f} times fewer Toffolis"
        assert told in one_line("bloqs/shared_oracle.md")
        assert f"near 10^{math.floor(math.log10(here['break_even_n']))} tokens" in README
    else:
        assert f"takes {times_ten(here['needed_toffoli_per_s'])} Toffoli a second" in VERDICT


def test_the_packaged_head_is_as_told() -> None:
    report = inspect_head(load_head("minilm-code"), n_heavy=16)
    (error,) = (e.relative_frobenius for e in report.errors if (e.fill, e.n_heavy) == ("mean-logit", 16))
    assert f"in {report.gap_condition_rows} of {report.n_queries} rows" in VERDICT
    assert f"the measured error of the output is {error:.3f}" in VERDICT
