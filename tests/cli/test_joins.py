"""Blocks of pairs on the command: estimates, runs, refusals."""

import re

import jsonschema
import pytest

from qattention.generated.schemas import command_schemas

BLOCKED = ("--head", "smollm2-alice", "--algorithm", "blocked")
SIZES = ("--n-tokens", "256", "--head-dim", "8", "--n-heavy", "4")


@pytest.mark.parametrize("algorithm", ["blocked", "pair-join"])
def test_an_estimate(run, algorithm):
    document = run("estimate", *SIZES, "--algorithm", algorithm, "--json").json
    assert document["schema"] == "qattention/join/1"
    assert document["algorithm"] == algorithm
    assert document["rows_alone"]["toffoli"] > 0
    jsonschema.validate(document, command_schemas()["join"])
    kinds = {phase["kind"] for phase in document["phases"][:-1]}
    assert kinds == {"turns" if algorithm == "blocked" else "pairs"}
    assert document["phases"][-1]["kind"] == "certificate"


def test_auto_takes_rows_where_they_take_less(run):
    tiny = ("--n-tokens", 4, "--head-dim", 2, "--n-heavy", 1)
    document = run("estimate", *tiny, "--algorithm", "auto", "--json", "--no-physical").json
    assert document["schema"] == "qattention/estimate/1"


def test_an_estimate_of_rows_says_what_blocks_would_save(run):
    shown = run("estimate", *SIZES, "--no-physical").out
    assert "--algorithm auto: blocks of pairs would" in shown
    assert "--algorithm auto:" not in run("estimate", *SIZES, "--no-physical", "--loader", "qrom").out


def test_a_run_finds_what_rows_find(run):
    asked = ("smollm2-alice", "--n-heavy", 4, "--p-fail", "1e-6", "--algorithm", "blocked")
    document = run("run", *asked, "--json").json
    assert document["schema"] == "qattention/join-run/1"
    assert (document["missed"], document["extra"], document["certified"]) == (0, 0, True)
    assert all(phase["proved"] > 0 for phase in document["phases"])
    jsonschema.validate(document, command_schemas()["join-run"])


def test_oracles_of_all_phases_are_proved(run):
    asked = ("smollm2-alice", "--n-heavy", 4, "--algorithm", "pair-join")
    document = run("verify", *asked, "--json").json
    assert document["schema"] == "qattention/join-proof/1"
    assert document["oracles"] == sum(one["oracles"] for one in document["phases"])
    assert all(one["oracles"] and one["by_gates"] for one in document["phases"])
    jsonschema.validate(document, command_schemas()["join-proof"])


def test_a_front_of_one_algorithm(run):
    document = run("explore", *SIZES, "--algorithm", "blocked", "--json").json
    assert {one["algorithm"] for one in document["points"]} >= {"blocked"}
    assert not {one["algorithm"] for one in document["points"]} & {"pair-join", "auto"}


def test_a_report(run, tmp_path):
    """Phases, totals, exact attention, and what they rest on; `export estimate` writes the same."""
    asked = ("--n-tokens", 64, "--head-dim", 4, "--n-heavy", 2, "--algorithm", "blocked", "--no-physical")
    run("estimate", *asked, "--markdown", tmp_path / "report.md")
    report = (tmp_path / "report.md").read_text()
    assert report.startswith("# Estimate: 64 queries, 64 keys, d = 4\n")
    heads = ("Phases, all blocks of each", "Totals, all rows", "Assumptions", "Witnesses", "Versions")
    assert all(f"## {head}\n" in report for head in heads)
    assert run("export", "estimate", *asked, "--format", "markdown").out == report
    phases = run("export", "estimate", *asked, "--format", "csv").out.splitlines()
    document = run("export", "estimate", *asked, "--format", "json").json
    assert len(phases) == 1 + len(document["phases"])
    assert document["schema"] == "qattention/join/1"


def test_an_oracle_of_a_block_is_written(run):
    """That of the first phase as the search meets it: its own keys, for gates to be run elsewhere."""
    asked = ("--head", "smollm2-alice", "--n-heavy", 4, "--algorithm", "blocked")
    text = run("export", "turn-oracle", *asked).out
    assert text.startswith(
        "OPENQASM 3.0;\n// TurnOracle of attn_smollm2_alice_n128_L4H7, blocked, phase 0 of"
    )
    most = int(re.search(r"turns (\d+) keys x 1 rows", text).group(1))
    n_keys = int(re.search(r"// base.table: (\d+) keys of 64 components", text).group(1))
    assert 1 <= n_keys <= most  # of a causal head: those that some row of the block sees
    last = int(re.search(r"phase 0 of (\d+)", text).group(1)) - 1
    pairs = run("export", "pair-oracle", *asked, "--phase", last, "--format", "graphml").out
    assert f"phase {last} of {last + 1}: pairs 128 keys x 128 rows" in pairs


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("export", "estimate", *SIZES, "--algorithm", "blocked", "--format", "azure"), "json or csv"),
        (("export", "turn-oracle", *BLOCKED, "--phase", 99), "one of the phases of turns: 0, 1"),
        (("export", "turn-oracle", *BLOCKED, "--row", 1), "of a block of rows"),
        (("export", "turn-oracle", "--head", "smollm2-alice", "--algorithm", "pair-join"), "of turns"),
        (("export", "turn-oracle", "--head", "smollm2-alice"), "blocked or auto, where it is best"),
        (("export", "heavy-key-oracle", *BLOCKED), "export turn-oracle --head HEAD"),
        (("diagram", "plan", *BLOCKED), "export turn-oracle --head HEAD"),
        (
            ("estimate", *SIZES, "--algorithm", "blocked", "--search", "bbht"),
            "absent with --algorithm blocked",
        ),
        (("estimate", *SIZES, "--algorithm", "blocked", "--at", "oracle"), "absent with --algorithm blocked"),
        (("verify", *SIZES, "--algorithm", "pair-join"), "blocks of pairs are run and proved on a head"),
        (
            ("verify", "smollm2-alice", "--row", 3, "--algorithm", "blocked"),
            "absent with --algorithm blocked",
        ),
        (("estimate", *SIZES, "--algorithm", "blocked", "--keep-window", 4), "0 with blocks of pairs"),
        (
            ("run", "smollm2-alice", "--rows", "0:3", "--algorithm", "blocked"),
            "absent with --algorithm blocked",
        ),
    ],
)
def test_refusals(run, args, line):
    found = run(*args)
    assert found.code == 2
    assert line in found.err


def test_more_pairs_than_can_be_counted_are_refused(run):
    """Padded to powers of two, 2**31 rows and keys are the most."""
    outcome = run("estimate", "--n-tokens", 2**31 + 1, "--n-heavy", 4, "--head-dim", 8, "--algorithm", "auto")
    assert (outcome.code, outcome.out) == (2, "")
    assert "`--n-keys`" in outcome.err
    assert "rows times keys are at most 2**62" in outcome.err
