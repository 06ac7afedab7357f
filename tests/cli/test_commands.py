"""What each command prints and writes when all is well, and what its JSON promises."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

import qattention
from qattention.cli.main import COMMANDS
from qattention.generated.schemas import command_schemas

SOURCE = Path(qattention.__file__).parent
SMALL = ("--n-keys", 5, "--head-dim", 2, "--key-bits", 3, "--query-bits", 3, "--n-heavy", 2)


def published(command: str) -> dict[str, Any]:
    """The schema file of a command."""
    room = "estimates" if command == "estimate" else "cli"
    return json.loads((SOURCE / room / "schema" / f"{command}-1.json").read_text())


def assert_valid(command: str, document: dict[str, Any]) -> None:
    schema = published(command)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(document)
    assert next(iter(document)) == "schema"


JSON = [
    ("inspect", ["HEAD", "--n-heavy", 2]),
    ("inspect", ["HEAD", "--tau", 0.5]),
    ("verify", [*SMALL]),
    ("verify", ["HEAD", "--row", 1, "--n-heavy", 2, "--padding", "on"]),
    ("verify", [*SMALL, "--exclude", "2,0", "--exclusion", "circuit"]),
    ("run", ["HEAD", "--n-heavy", 2, "--rows", "1:3", "--seed", 3]),
    ("run", ["HEAD", "--tau", 0.25, "--rows", "2", "--fill", "one"]),
    ("search", ["--n-items", 16, "--n-marked", 2, "--trials", 20]),
    ("explore", ["--n-tokens", 32, "--head-dim", 4, "--search", "known-k-exact"]),
    ("explore", ["HEAD", "--n-heavy", 2, "--algorithm", "row-by-row", "--max-qubits", 60]),
    ("scaling", ["--loader", "one-hot", "--search", "known-k-exact", "--algorithm", "row-by-row"]),
    ("scaling", ["--loader", "hardware", "--search", "known-k-exact", "--classical"]),
    ("compare", ["--n-tokens", 64, "--head-dim", 4, "--logical-clock", 1e6]),
    ("compare", ["HEAD", "--n-heavy", 2, "--no-physical", "--measure"]),
    ("claims", ["HEAD"]),
    ("claims", ["--n-tokens", 16, "--head-dim", 2, "--n-heavy", 2]),
    ("estimate", ["HEAD", "--n-heavy", 2]),
    ("estimate", ["--n-tokens", "2**40", "--head-dim", 8]),
]


@pytest.mark.parametrize(("command", "arguments"), JSON, ids=lambda value: str(value))
def test_json_is_one_object_of_the_published_shape(
    run: Callable[..., Any], make_head: Callable[..., Path], command: str, arguments: list[object]
) -> None:
    head = str(make_head())
    outcome = run(command, *(head if a == "HEAD" else a for a in arguments), "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert_valid(command, outcome.json)


@pytest.mark.parametrize("command", sorted(command_schemas()))
def test_published_schema_is_that_of_the_class(command: str) -> None:
    assert published(command) == command_schemas()[command], "run `make sync`"


def test_schema_refuses_a_missing_field(run: Callable[..., Any]) -> None:
    document = run("verify", *SMALL, "--json").json
    del document["qubits"]
    assert not Draft202012Validator(published("verify")).is_valid(document)


def test_inspect_prints_the_advice_and_takes_a_folder(
    run: Callable[..., Any], make_head: Callable[..., Path], tmp_path: Path
) -> None:
    make_head("a.npz")
    make_head("b.npz", q=np.ones((2, 3)))
    table = run("inspect", tmp_path / "a.npz", "--n-heavy", 2)
    assert table.code == 0
    assert "Head a" in table.out
    assert "tail mass" in table.out
    both = run("inspect", tmp_path, "--n-heavy", 2, "--json").json
    assert [head["name"] for head in both["heads"]] == ["a", "b"]
    for head in both["heads"]:
        assert_valid("inspect", {"schema": "qattention/inspect/1", **head})


def test_inspect_of_a_folder_names_the_broken_file(
    run: Callable[..., Any], make_head: Callable[..., Path], tmp_path: Path
) -> None:
    make_head("good.npz")
    make_head("bad.npz", v=None, q=np.zeros(3))
    outcome = run("inspect", tmp_path)
    assert outcome.code == 2
    assert [line.split("`")[0] for line in outcome.err.splitlines()] == ["qattention: bad.npz: "] * 2
    assert run("inspect", ".").code == 2  # an empty folder


def test_verify_is_right_and_three_witnesses_agree(run: Callable[..., Any]) -> None:
    report = run("verify", *SMALL, "--padding", "off", "--draws", 3, "--json").json
    assert (report["addresses"], report["draws"]) == (5, 5)
    assert run("verify", *SMALL, "--padding", "on", "--draws", 3, "--json").json["addresses"] == 8
    assert (report["mismatches"], report["dirty_ancillas"], report["phase_errors"]) == (0, 0, 0)
    assert report["toffoli"] == report["toffoli_from_bloqs"] == report["toffoli_from_formula"] > 0


@pytest.mark.parametrize("exclusion", [None, "fix-up", "live", "circuit"])
def test_verify_leaves_keys_out(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, exclusion: str | None
) -> None:
    """What is verified is the oracle asked for."""
    from qattention.simulate import verify

    seen = []
    right = verify.verify_oracle
    monkeypatch.setattr(verify, "verify_oracle", lambda *a, **k: seen.append(a[0]) or right(*a, **k))
    how = [] if exclusion is None else ["--exclusion", exclusion]
    report = run("verify", *SMALL, "--draws", 2, "--exclude", "3,1", *how, "--json").json
    assert report["toffoli"] == report["toffoli_from_bloqs"] == report["toffoli_from_formula"]
    assert (report["phase_errors"], report["dirty_ancillas"], report["mismatches"]) == (0, 0, 0)
    assert (seen[0].exclusion, seen[0].excluded) == (exclusion or "fix-up", (1, 3))


DEVICE = ["--n-keys", "3", "--head-dim", "2", "--n-heavy", "3", "--loader", "hardware", "--padding", "on"]


def test_a_device_leaves_padding_and_found_keys_out_by_live_bits(run: Callable[..., Any]) -> None:
    """It has no fix-up; with all keys heavy the zero word of padding would be, too, and is not searched."""
    refused = run("verify", *DEVICE, "--exclude", 1)
    assert (refused.code, "`--padding`: got 'on'; must be off here" in refused.err) == (2, True)
    one = [*DEVICE, "--n-heavy", 1]
    assert run("verify", *one, "--exclude", 1).code == 0
    for how in ("fix-up", "circuit"):
        refused = run("verify", *one, "--exclusion", how)
        assert (refused.code, len(refused.err.splitlines())) == (2, 1)
        assert f"`--exclusion`: got '{how}'; must be live with the loader hardware" in refused.err
    found = run("run", "minilm-code", "--rows", "0:1", "--loader", "hardware", "--json")
    assert (found.code, found.json["missed"], found.json["exclusion"]) == (0, 0, "live")
    refused = run("run", "minilm-code", "--rows", "0:1", "--loader", "hardware", "--exclusion", "fix-up")
    assert (refused.code, "must be live or circuit" in refused.err) == (2, True)


def test_a_wrong_oracle_that_is_not_traced_ends_with_1_too(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from qattention.simulate import verify

    right = verify.expected_phase
    monkeypatch.setattr(verify, "expected_phase", lambda oracle: ~right(oracle))
    outcome = run("verify", *SMALL, "--exclusion", "live")
    assert (outcome.code, outcome.err) == (1, "")
    assert "WRONG" in outcome.out


def test_export_leaves_keys_out_by_gates(run: Callable[..., Any]) -> None:
    of_head = ["export", "heavy-key-oracle", "--head", "smollm2-alice", "--row", 4, "--n-heavy", 1]
    plain, longer = (run(*of_head, "--exclusion", "circuit", *keys).out for keys in ([], ["--exclude", "2"]))
    assert 0 < len(plain.splitlines()) < len(longer.splitlines())


def test_verify_depends_on_seed_and_sizes_only(run: Callable[..., Any]) -> None:
    def counts(*arguments: object) -> list[Any]:
        document = run("verify", *SMALL, *arguments, "--json").json
        return [document[name] for name in ("gates", "toffoli", "t_depth", "qubits")]

    assert counts("--seed", 1) == counts("--seed", 1)
    assert len({tuple(counts("--seed", seed)) for seed in range(4)}) > 1


def test_verify_ends_with_1_if_something_is_wrong(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from qattention.simulate import verify

    right = verify.expected_phase
    monkeypatch.setattr(verify, "expected_phase", lambda oracle: ~right(oracle))
    outcome = run("verify", *SMALL)
    assert outcome.code == 1
    assert "WRONG" in outcome.out


def _rows_of(table: str) -> list[str]:
    """The lines up to the first that is empty."""
    lines = [line.strip() for line in table.splitlines()[2:]]
    return lines[: lines.index("")]


def test_trace_follows_an_address(run: Callable[..., Any]) -> None:
    plain = ("--loader", "qrom", "--padding", "off")
    outcome = run("verify", *SMALL, *plain, "--trace", 4)
    assert outcome.code == 0
    after = [line.split()[0] for line in _rows_of(outcome.out.split("should be")[1])]
    assert after[0] == "QROMLoad"
    assert after[-1] == "MeasuredUnload"
    steps = run("verify", *SMALL, *plain, "--trace", 4, "--json").json["trace"]["steps"]
    assert [step["bloq"] for step in steps] == after


def test_run_finds_the_heavy_keys_and_says_how_far_off_the_output_is(
    run: Callable[..., Any], make_head: Callable[..., Path]
) -> None:
    report = run("run", make_head(), "--n-heavy", 2, "--p-fail", 1e-6, "--rows", "0:3", "--json").json
    assert (report["rows"], report["missed"], report["thresholds"]) == (3, 0, "given")
    assert report["error"]["max_abs"] <= report["error"]["bound"]
    table = run("run", make_head(), "--n-heavy", 2, "--rows", "0:1")
    assert "heavy keys found" in table.out


def test_estimate_writes_its_reports_and_prints_the_headline(
    run: Callable[..., Any], make_head: Callable[..., Path]
) -> None:
    outcome = run("estimate", make_head(), "--n-heavy", 2, "--markdown", "report.md", "--html", "page.html")
    assert outcome.code == 0
    assert "Toffoli expected (at most " in outcome.out
    report, page = Path("report.md").read_text(), Path("page.html").read_text()
    for section in (
        "Logical totals",
        "One iteration",
        "Search",
        "Assumptions",
        "Witnesses",
        "Conventions",
        "Versions",
    ):
        assert f"## {section}" in report
    assert "oracle/inner_product" in report
    assert "Exact attention takes" in report
    assert "Exact attention takes" in page
    assert page.count("<svg") == 1
    assert "of this plan's parts" in page
    assert sorted(path.name for path in Path().iterdir()) == ["page.html", "report.md"]


def test_estimate_at_a_part_breaks_it_down(run: Callable[..., Any]) -> None:
    paths = run("estimate", "--n-tokens", 64, "--head-dim", 4, "--at", "oracle/inner_product", "--json").json
    assert {entry["path"].rpartition("/")[0] for entry in paths["iteration"]["breakdown"]} == {
        "oracle/inner_product"
    }


def test_compare_prints_the_line_and_the_tables(run: Callable[..., Any]) -> None:
    outcome = run("compare", "--n-tokens", 64, "--head-dim", 4, "--no-physical", "--loader", "hardware")
    assert (outcome.code, outcome.err) == (0, "")
    for words in ("Against classical attention", "idealised clock", "Break-even", "a look-up"):
        assert words in outcome.out
    assert "Approximate search" not in outcome.out


def test_compare_refuses_a_clock_that_stands_still(run: Callable[..., Any]) -> None:
    outcome = run("compare", "--n-tokens", 64, "--head-dim", 4, "--logical-clock", 0)
    assert outcome.code == 2
    assert "`--logical-clock`" in outcome.err


def test_explore_prints_the_front_and_draws_it(run: Callable[..., Any]) -> None:
    sizes = ("--n-tokens", 16, "--head-dim", 4, "--n-heavy", 1, "--search", "known-k-exact")
    outcome = run("explore", *sizes, "--svg", "front.svg")
    assert (outcome.code, outcome.err) == (0, "")
    assert "on the front" in outcome.out
    assert "search known-k-exact" in outcome.out
    drawn = Path("front.svg").read_text()
    assert "logical qubits" in drawn
    assert "expected T layers" in drawn


def test_explore_of_the_naive_plan_has_one_point(run: Callable[..., Any]) -> None:
    sizes = ("--n-tokens", 64, "--head-dim", 4, "--n-heavy", 2)
    report = run("explore", *sizes, "--plan", "naive", "--json").json
    assert [point["plan"]["inner_product"] for point in report["points"]] == ["product"]
    assert run("explore", *sizes, "--plan", "naive", "--rows-per-load", "auto").code == 2


def test_explore_names_the_cap_that_nothing_meets(run: Callable[..., Any]) -> None:
    outcome = run("explore", "--n-tokens", 16, "--head-dim", 4, "--rows-per-load", 1, "--max-qubits", 2)
    assert outcome.code == 3
    assert "`--max-qubits`: 2 cannot be met" in outcome.err


def test_scaling_prints_exponents_and_draws_them(run: Callable[..., Any]) -> None:
    asked = ("scaling", "--loader", "qrom", "--search", "known-k-exact", "--algorithm", "row-by-row", "--svg")
    outcome = run(*asked, "a.svg")
    assert (outcome.code, outcome.err) == (0, "")
    assert "n^2.5" in outcome.out
    assert "fails" in outcome.out
    assert run(*asked, "b.svg").code == 0
    assert Path("a.svg").read_text() == Path("b.svg").read_text()
    assert "claim: slope 1.5" in Path("a.svg").read_text()


def test_scaling_refuses_what_it_cannot_fit(run: Callable[..., Any]) -> None:
    outcome = run("scaling", "--loader", "tape", "--loader", "qrom")
    assert outcome.code == 2
    assert "`--loader`: got 'tape'" in outcome.err


def test_search_table(run: Callable[..., Any]) -> None:
    assert "worst case" in run("search", "--n-items", "2**5", "--n-marked", 2, "--trials", 10).out


@pytest.mark.parametrize("name", ["known-k-exact", "known-k", "coupon"])
def test_a_promised_bound_is_no_count(run: Callable[..., Any], name: str) -> None:
    """Exactly --n-marked promised: no certificate; at most --n-heavy: nothing missed, kept or not."""
    sizes = ("search", "--n-items", 64, "--n-marked", 8, "--search", name, "--p-fail", 1e-6, "--trials", 50)
    counted = json.loads(run(*sizes, "--json").out)
    assert (counted["certificate_iterations"], counted["trials"]["missed"]) == (0, 0)
    for n_heavy in (2, 8, 20):
        bounded = json.loads(run(*sizes, "--n-heavy", n_heavy, "--json").out)
        assert bounded["certificate_iterations"] > 0
        assert bounded["trials"]["missed"] == 0


@pytest.mark.parametrize(
    ("form", "begin"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("html", b"<!DOCTYPE"), ("txt", b"Full")]
)
def test_diagram_in_every_format(run: Callable[..., Any], form: str, begin: bytes) -> None:
    assert run("diagram", "full-adder", "--output", f"out.{form}") == (0, "", "")
    first = Path(f"out.{form}").read_bytes()
    assert first.startswith(begin)
    document = run("diagram", "full_adder", "--format", form, "--output", "again", "--json").json
    assert Path("again").read_bytes() == first
    assert document == {
        "schema": "qattention/diagram/1",
        "bloq": "full-adder",
        "format": form,
        "output": "again",
        "bytes": len(first.decode()) if form != "png" else len(first),
    }


def test_diagram_list_names_every_bloq(run: Callable[..., Any]) -> None:
    from qattention.catalogue import RECORDS

    assert [line.split()[0] for line in run("diagram", "--list").out.splitlines()] == [
        r.name for r in RECORDS
    ]
    assert set(run("diagram", "--list", "--json").json["bloqs"]) == {r.name for r in RECORDS}


def test_export_writes_openqasm(run: Callable[..., Any]) -> None:
    outcome = run("export", "full-adder")
    assert outcome.out.startswith("OPENQASM 3.0;")
    assert run("export", "full-adder", "--output", "adder.qasm") == (0, "", "")
    assert Path("adder.qasm").read_text() == outcome.out


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_there_for_every_command(run: Callable[..., Any], command: str) -> None:
    outcome = run(*([command] if command else []), "--help")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith(f"Usage: qattention {command}".rstrip())
    if command:
        assert "--json" in outcome.out


def test_no_command_prints_the_help(run: Callable[..., Any]) -> None:
    assert run() == run("--help")
