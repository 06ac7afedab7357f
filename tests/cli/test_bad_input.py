"""Bad input: one line a problem on stderr, exit code 2, nothing on stdout, nothing written."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.exceptions import Exit

from qattention.cli.main import main
from qattention.errors import SpecError

WRONG_ARRAYS = {
    "missing array": ({"v": None}, "`v`"),
    "wrong shape": ({"k": np.zeros((9, 4))}, "`k`"),
    "one-dimensional": ({"q": np.zeros(3)}, "`q`"),
    "NaN": ({"q": np.full((6, 3), np.nan)}, "`q`"),
    "infinite": ({"v": np.full((9, 2), np.inf)}, "`v`"),
    "complex": ({"k": np.zeros((9, 3), complex)}, "`k`"),
    "pickled object": ({"v": np.array([[{}], [[]]], dtype=object)}, "`v`"),
    "broken meta": ({"meta": "{causal"}, "`meta`"),
    "meta of another kind": ({"meta": '{"causal": "yes"}'}, "`meta"),
    "0 rows": ({"q": np.zeros((0, 3))}, "`q`"),
    "unknown array": ({"w": np.zeros(3)}, "`HEAD`"),
}
HEAD_COMMANDS = ["inspect", "verify", "run", "estimate"]


def assert_refused(outcome: Any, *expected: str) -> None:
    """Exactly one line for each expected beginning, and nothing else anywhere."""
    assert outcome.code == 2, outcome
    assert outcome.out == ""
    lines = outcome.err.splitlines()
    assert len(lines) == len(expected), outcome.err
    for line, field in zip(lines, expected, strict=True):
        assert line.startswith(f"qattention: {field}"), line
        assert "Traceback" not in line
    assert not list(Path.cwd().iterdir())


@pytest.mark.parametrize("command", HEAD_COMMANDS)
@pytest.mark.parametrize("kind", WRONG_ARRAYS)
def test_broken_head(
    run: Callable[..., Any], make_head: Callable[..., Path], command: str, kind: str
) -> None:
    changes, field = WRONG_ARRAYS[kind]
    assert_refused(run(command, make_head(**changes)), field)


@pytest.mark.parametrize("command", HEAD_COMMANDS)
def test_absent_unreadable_and_foreign_files(run: Callable[..., Any], tmp_path: Path, command: str) -> None:
    assert_refused(run(command, tmp_path / "absent.npz"), "`HEAD`")
    text = tmp_path / "text.npz"
    text.write_text("not a zip")
    assert_refused(run(command, text), "`")
    if os.geteuid() != 0:  # root reads everything
        text.chmod(0)
        assert_refused(run(command, text), "`HEAD`")


def test_a_broken_head_writes_no_report(run: Callable[..., Any], make_head: Callable[..., Path]) -> None:
    path = make_head(v=None)
    assert_refused(run("estimate", path, "--markdown", "report.md", "--html", "page.html"), "`v`")


OPTIONS = [
    (("estimate", "--n-tokens", 8, "--n-heavy", 9), ["`--n-heavy`"]),
    (("claims", "--n-tokens", 0), ["`--n-tokens`"]),
    (("claims", "--n-tokens", 8, "--n-heavy", 9, "--head-dim", 0), ["`--head-dim`", "`--n-heavy`"]),
    (("claims", "--n-tokens", 8, "--eps", 0), ["`--eps`"]),
    (("claims", "minilm-code", "--n-tokens", 8), ["`--n-tokens`"]),
    (("claims", "--model", "no-such-file.json"), ["`--model`"]),
    (("estimate", "--key-bits", 0), ["`--key-bits`"]),
    (("estimate", "--query-bits", 65), ["`--query-bits`"]),
    (("estimate", "--p-fail", 1.5), ["`--p-fail`"]),
    (("estimate", "--p-fail", "nan"), ["`--p-fail`"]),
    (("estimate", "--p-fail-scope", "some"), ["`--p-fail-scope`"]),
    (("estimate", "--n-tokens", 0), ["`--n-tokens`"]),
    (("estimate", "--n-tokens", "2**61"), ["`--n-tokens`"]),
    (("estimate", "--n-tokens", "1e400"), ["`--n-tokens`"]),
    (("estimate", "--n-tokens", "8**8**8"), ["`--n-tokens`"]),
    (
        ("estimate", "--key-bits", 0, "--query-bits", 65, "--p-fail", 1.5),
        ["`--key-bits`", "`--query-bits`", "`--p-fail`"],
    ),
    (("estimate", "minilm-code", "--n-keys", 5, "--causal"), ["`--n-keys`", "`--causal`"]),
    (("estimate", "minilm-code", "--n-heavy", 257), ["`--n-heavy`"]),
    (("estimate", "--tau", 1), ["`--tau`"]),
    (("estimate", "--loader", "qramx"), ["`--loader`"]),
    (("estimate", "--padding", "maybe"), ["`--padding`"]),
    (("estimate", "--minimize", "joy"), ["`--minimize`"]),
    (("estimate", "--error-target", 0.1), ["`--error-target`"]),
    (("estimate", "minilm-code", "--error-target", 0.1, "--n-heavy", 4), ["`--n-heavy`"]),
    (("run", "minilm-code", "--error-target", 0.1, "--n-heavy", 4), ["`--n-heavy`"]),
    (("run", "minilm-code", "--exclusion", "joy"), ["`--exclusion`"]),
    (("run", "minilm-code", "--bit-error", 2), ["`--bit-error`"]),
    (("estimate", "--n-tokens", 8, "--n-heavy", 2, "--at", "nowhere"), ["`--at`"]),
    (("estimate", "--markdown", "no/such/folder.md"), ["`--markdown`"]),
    (("verify", "--draws", 0, "--n-keys", 4, "--n-heavy", 1), ["`--draws`"]),
    (("verify", "--draws", "many"), ["`--draws`"]),
    (("verify", "--seed", -1), ["`--seed`"]),
    (("verify", "--row", 1), ["`--row`"]),
    (("verify", "--n-keys", 4, "--n-heavy", 1, "--exclude", "1,4"), ["`--exclude`"]),
    (("verify", "--exclude", "1,1"), ["`--exclude`"]),
    (("verify", "--exclude", "1,-2"), ["`--exclude`"]),
    (("verify", "--n-keys", 4, "--n-heavy", 1, "--exclusion", "none"), ["`--exclusion`"]),
    (("verify", "--n-keys", 4, "--n-heavy", 1, "--exclusion", "live", "--trace", 1), ["`--exclusion`"]),
    (
        ("export", "heavy-key-oracle", "--exclude", "1", "--exclusion", "live"),
        ["`--exclude`", "`--exclusion`"],
    ),
    (("export", "estimate", "--exclude", "1"), ["`--exclude`"]),
    (("verify", "minilm-code", "--row", 256), ["`--row`"]),
    (("verify", "minilm-code", "--row", -1), ["`--row`"]),
    (("verify", "--n-keys", 4, "--n-heavy", 1, "--trace", 4), ["`--trace`"]),
    (("run", "minilm-code", "--rows", "256:257"), ["`--rows`"]),
    (("run", "minilm-code", "--rows", "5:5"), ["`--rows`"]),
    (("run", "minilm-code", "--rows", "a:b"), ["`--rows`"]),
    (("run", "minilm-code", "--rows", "0:1", "--fill", "zero"), ["`--fill`"]),
    (("run", "minilm-code", "--rows", "0:1", "--search", "luck"), ["`--search`"]),
    (("run", "minilm-code", "--rows", "0:1", "--seed", -1), ["`--seed`"]),
    (("run",), ["`HEAD`"]),
    (("inspect", "minilm-code", "--n-heavy", 0), ["`--n-heavy`"]),
    (("inspect", "minilm-code", "--tau", "inf"), ["`--tau`"]),
    (("inspect", "minilm-code", "second"), ["Got unexpected extra argument"]),
    (("search", "--n-items", 4), ["`--n-marked`"]),
    (("search", "--n-items", 4, "--n-marked", 5), ["`--n-marked`"]),
    (("search", "--n-items", 4, "--n-marked", 1, "--p-fail", 0), ["`"]),
    (("search", "--n-items", 4, "--n-marked", 1, "--trials", "1e9"), ["`--trials`"]),
    (("diagram", "no-such-bloq"), ["`BLOQ`"]),
    (("diagram", "full-adder", "--format", "gif"), ["`--format`"]),
    (("diagram", "full-adder", "--format", "png"), ["`--output`"]),
    (("diagram", "full-adder", "--output", "no/such/folder.svg"), ["`--output`"]),
    (("diagram", "full-adder", "--output", "/"), ["`--output`"]),
    (("diagram",), ["`BLOQ`"]),
    (("export", "full-adder", "--format", "azure"), ["`--format`"]),
    (("sync", "--root", "."), ["`--root`"]),
    (("verify", "--unknown"), ["`--unknown`"]),
    (("--unknown",), ["`--unknown`"]),
    (("frobnicate",), ["`frobnicate`"]),
]


@pytest.mark.parametrize(("arguments", "fields"), OPTIONS, ids=lambda value: " ".join(map(str, value)))
def test_bad_option(run: Callable[..., Any], arguments: tuple[object, ...], fields: list[str]) -> None:
    assert_refused(run(*arguments), *fields)


@pytest.mark.parametrize(
    ("arguments", "suggestion"),
    [
        (("verifi",), "did you mean verify?"),
        (("verify", "--drwas", 3), "did you mean --draws?"),
        (("diagram", "heavy-key-orcle"), "did you mean heavy-key-oracle?"),
    ],
)
def test_near_misses_get_a_suggestion(
    run: Callable[..., Any], arguments: tuple[object, ...], suggestion: str
) -> None:
    assert suggestion in run(*arguments).err


def test_infeasible_caps_end_with_3_and_name_the_nearest(run: Callable[..., Any]) -> None:
    outcome = run("estimate", "--n-tokens", 8, "--head-dim", 2, "--n-heavy", 1, "--max-qubits", 3)
    assert outcome.code == 3
    assert outcome.err.startswith(
        "qattention: `--max-qubits`: 3 cannot be met; the nearest feasible value is"
    )
    assert len(outcome.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (("explore", "--machine", "majorana-1e-6"), "--machine"),
        (("explore", "--physical"), "--physical"),
        (("explore", "--machine-p-fail", 0.01), "--machine-p-fail"),
        (("estimate", "--no-physical", "--machine-p-fail", 0.01), "--machine-p-fail"),
        (("compare", "--logical-clock", "1e6", "--machine", "majorana-1e-6"), "--machine"),
    ],
)
def test_options_that_nothing_hangs_on_are_refused(
    run: Callable[..., Any], arguments: tuple[object, ...], option: str
) -> None:
    outcome = run(*arguments, "--n-tokens", 8, "--head-dim", 2, "--n-heavy", 1)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"qattention: `{option}`: got ")
    assert "must be absent with" in outcome.err


@pytest.mark.parametrize("made_of_it", [RuntimeError("no compiled object yet"), SpecError("bad"), None])
def test_a_signal_that_a_library_swallows_is_the_end_all_the_same(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, made_of_it: Exception | None
) -> None:
    """Numba fails of a signal in a compilation, once or later on, and code of a user may fail of anything."""

    def stopped(*_: object) -> None:
        with suppress(BaseException):
            os.kill(os.getpid(), signal.SIGTERM)  # which nobody ignores
        raise made_of_it or Exit(0)

    monkeypatch.setattr("qattention.problem.load_head", stopped)
    outcome = run("estimate", "minilm-code")
    assert (outcome.code, outcome.out, outcome.err) == (143, "", "qattention: stopped by SIGTERM\n")


def test_internal_errors_are_one_line(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug\nover two lines")

    monkeypatch.setattr("qattention.problem.load_head", broken)
    outcome = run("estimate", "minilm-code")
    assert (outcome.code, outcome.out) == (70, "")
    assert outcome.err == "qattention: internal error: ZeroDivisionError: a bug over two lines\n"
    monkeypatch.setenv("QATTENTION_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        run("estimate", "minilm-code")


def test_interruption_is_told_and_has_its_code(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("qattention.problem.load_head", interrupted)
    code, out, err = run("estimate", "minilm-code")
    assert (code, out, err.strip()) == (130, "", "qattention: interrupted")


@pytest.mark.parametrize(
    ("arguments", "field", "allowed"),
    [
        (["estimate", "--n-tokens", "2**60", "--head-dim", "1024"], "`--n-keys`", "2**60 bits in all"),
        (["explore", "--head-dim", "2**20"], "`--head-dim`", "at these key_bits and query_bits"),
        (["estimate", "--n-tokens", "0"], "`--n-tokens`", "1..2**60"),
        (["verify", "--n-tokens", "2**70"], "`--n-tokens`", "1..2**60"),
        (["estimate", "--p-fail", "1e-300"], "`--p-fail`", "at least 1e-100"),
        (["estimate", "--loader", "qroam", "--block-size", "2**62"], "`--block-size`", "2..2**60"),
        (["compare", "--no-physical", "--logical-clock", "1e-300"], "`--logical-clock`", "1e-09..1e+18"),
        (
            ["compare", "--loader", "hardware", "--memory-latency-us", "1e308"],
            "`--memory-latency-us`",
            "1e+15",
        ),
        (["search", "--n-items", "2**63", "--n-marked", "1"], "`--n-items`", "1..2**60"),
        (["search", "--n-items", "8", "--n-marked", "1", "--n-heavy", "9"], "`--n-heavy`", "0..n_items"),
        (["search", "--n-items", "8", "--n-marked", "1", "--p-fail", "5e-324"], "`--p-fail`", "1e-100"),
        (["verify", "--draws", "2**20"], "`--draws`", "1..10000"),
    ],
)
def test_sizes_and_rates_that_overflow_or_underflow(
    run: Callable[..., Any], arguments: list[str], field: str, allowed: str
) -> None:
    outcome = run(*arguments)
    assert_refused(outcome, field)
    assert allowed in outcome.err


def test_a_search_that_is_not_needed_is_compared_too(run: Callable[..., Any]) -> None:
    """One key, one promised: it is sampled and checked, without an iteration."""
    outcome = run(
        "estimate", "--n-tokens", "1", "--head-dim", "1", "--n-heavy", "1", "--no-physical", "--json"
    )
    assert outcome.code == 0
    against = json.loads(outcome.out)["classical"]["against"]
    assert all(one["needed_latency_s"] is None for one in against)


def test_verify_takes_its_sizes_by_either_name(run: Callable[..., Any]) -> None:
    sizes = ("--head-dim", "2", "--n-heavy", "3", "--padding", "off", "--draws", "1", "--json")
    by_tokens, by_keys = (
        json.loads(run("verify", name, "9", *sizes).out) for name in ("--n-tokens", "--n-keys")
    )
    assert by_tokens["addresses"] == by_keys["addresses"] == 9


def test_names_that_cannot_be_paths_and_names_of_two_lines(run: Callable[..., Any], tmp_path: Path) -> None:
    assert_refused(run("inspect", "x" * 5000), "`HEAD`")
    folder = tmp_path / "heads"
    folder.mkdir()
    (folder / "two\nlines.npz").write_text("no zip")
    assert_refused(run("inspect", folder), "two\\nlines.npz: `head`")


LONG_NAME = "x" * 400


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((LONG_NAME,), "File name too long"),
        (("estimates/minilm-code", "--output", LONG_NAME), "must be a folder that exists"),
    ],
)
def test_a_name_that_no_path_can_have_is_bad_input(
    words: tuple[str, ...], why: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    assert main(["study", *words]) == 2
    assert why in capsys.readouterr().err
