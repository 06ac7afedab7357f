"""Command and library are equals: forty calls of each, by the same names, agree in every figure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import qattention as qa
from qattention import executors
from qattention.api.studying import Here
from qattention.cli.main import main

SMALL = "--n-queries 4 --n-keys 8 --head-dim 2 --n-heavy 2"
SIZES: dict[str, Any] = {"n_queries": 4, "n_keys": 8, "head_dim": 2, "n_heavy": 2}
HEAD = "head.npz"
TIMED = ("seconds", "per_s")  # measured anew in each call
CONFIG = {"model_type": "gpt2", "n_layer": 2, "n_head": 2, "n_embd": 16, "n_positions": 32}
STUDY = """\
title = "t"
question = "q"
[problem]
n_heavy = 1
head_dim = 2
[sweep]
"problem.n_tokens" = [4, 8]
[[columns]]
path = "logical.expected.toffoli"
label = "Toffoli"
"""
Shown = Callable[[], Any]
CALLS: list[tuple[str, Shown]] = [
    (f"estimate {SMALL}", lambda: qa.estimate(**SIZES)),
    (f"estimate {SMALL} --no-physical", lambda: qa.estimate(**SIZES, physical=False)),
    ("estimate --n-tokens 2**40 --no-physical", lambda: qa.estimate(n_tokens=2**40, physical=False)),
    (f"estimate {SMALL} --loader qrom", lambda: qa.estimate(**SIZES, loader="qrom")),
    (f"estimate {SMALL} --plan naive", lambda: qa.estimate(**SIZES, plan="naive")),
    (f"estimate {SMALL} --at oracle/inner_product", lambda: qa.estimate(**SIZES, at="oracle/inner_product")),
    (
        f"estimate {SMALL} --machine superconducting-1e-4 --machine-p-fail 0.01",
        lambda: qa.estimate(**SIZES, machine="superconducting-1e-4", machine_p_fail=0.01),
    ),
    (
        f"estimate {SMALL} --minimize qubits --search known-k --padding on --no-physical",
        lambda: qa.estimate(**SIZES, minimize="qubits", search="known-k", padding="on", physical=False),
    ),
    (
        f"estimate {SMALL} --rows-per-load 2 --causal --p-fail 1e-2 --p-fail-scope row",
        lambda: qa.estimate(**SIZES, rows_per_load=2, causal=True, p_fail=1e-2, p_fail_scope="row"),
    ),
    (f"estimate {HEAD} --no-physical", lambda: qa.estimate(HEAD, physical=False)),
    (f"estimate {HEAD} --tau 4 --no-physical", lambda: qa.estimate(HEAD, tau=4.0, physical=False)),
    (
        f"estimate {HEAD} --quantise rotated --loader qroam --no-physical",
        lambda: qa.estimate(HEAD, quantise="rotated", loader="qroam", physical=False),
    ),
    ("estimate --model config.json --n-heavy 2", lambda: qa.estimate(model="config.json", n_heavy=2)),
    (f"verify {SMALL}", lambda: qa.verify(**SIZES)),
    (f"verify {SMALL} --seed 3 --draws 2", lambda: qa.verify(**SIZES, seed=3, draws=2)),
    (f"verify {SMALL} --trace 5", lambda: qa.verify(**SIZES, trace=5)),
    (f"verify {SMALL} --exclude 1,4", lambda: qa.verify(**SIZES, exclude=(1, 4))),
    (f"verify {HEAD} --row 9", lambda: qa.verify(HEAD, row=9)),
    ("verify --from a.json", lambda: qa.verify(published="a.json")),
    (f"run {HEAD} --rows 0:3", lambda: qa.run(HEAD, rows=range(3))),
    (
        f"run {HEAD} --rows 10 --fill drop --n-heavy 4 --seed 1",
        lambda: qa.run(HEAD, rows=[10], fill="drop", n_heavy=4, seed=1),
    ),
    (f"run {HEAD} --rows 4:6 --search top-k", lambda: qa.run(HEAD, rows=[4, 5], search="top-k")),
    (f"inspect {HEAD}", lambda: qa.inspect(HEAD)),
    (f"inspect {HEAD} --n-heavy 4", lambda: qa.inspect(HEAD, n_heavy=4)),
    (f"inspect {HEAD} --tau 3", lambda: qa.inspect(HEAD, tau=3.0)),
    ("search --n-items 64 --n-marked 2 --trials 50", lambda: qa.search(n_items=64, n_marked=2, trials=50)),
    (
        "search --n-items 64 --n-marked 2 --n-heavy 3 --search bbht --p-fail 0.01 --trials 20 --seed 5",
        lambda: qa.search(n_items=64, n_marked=2, n_heavy=3, search="bbht", p_fail=0.01, trials=20, seed=5),
    ),
    (f"explore {SMALL}", lambda: qa.explore(**SIZES)),
    (
        f"explore {SMALL} --rows-per-load 1 --loader qroam",
        lambda: qa.explore(**SIZES, rows_per_load=1, loader="qroam"),
    ),
    (f"explore {SMALL} --max-qubits 60", lambda: qa.explore(**SIZES, max_qubits=60)),
    (f"compare {SMALL}", lambda: qa.compare(**SIZES)),
    (f"compare {SMALL} --logical-clock 1e6", lambda: qa.compare(**SIZES, logical_clock=1e6)),
    ("scaling --loader hardware", lambda: qa.scaling(loader="hardware")),
    (
        "scaling --loader hardware --algorithm row-by-row --n-heavy 8 --head-dim 64",
        lambda: qa.scaling(loader="hardware", algorithm="row-by-row", n_heavy=8, head_dim=64),
    ),
    ("claims --n-tokens 4096 --head-dim 64", lambda: qa.claims(n_tokens=4096, head_dim=64)),
    ("claims --model config.json --eps 0.01", lambda: qa.claims(model="config.json", eps=0.01)),
    ("physical a.json", lambda: qa.physical("a.json")),
    (
        "physical counts.json --machine majorana-1e-6",
        lambda: qa.physical({"numQubits": 20, "tCount": 10**6}, machine="majorana-1e-6"),
    ),
    ("diff a.json b.json", lambda: qa.diff("a.json", "b.json")),
    ("study study.toml --workers 1", lambda: qa.study("study.toml")),
]


def untimed(document: Any) -> Any:
    """Without what a clock says."""
    if isinstance(document, Mapping):
        kept = {name: value for name, value in document.items() if not any(word in name for word in TIMED)}
        return {name: untimed(value) for name, value in kept.items()}
    return [untimed(one) for one in document] if isinstance(document, list) else document


@pytest.fixture(scope="module", autouse=True)
def one_process() -> Iterator[None]:
    """A study's workers are this process: quicker than another one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(executors, "_processes", lambda _: nullcontext(Here()))
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two estimates, counts, a model and a study."""
    made = tmp_path_factory.mktemp("calls")
    (made / "config.json").write_text(json.dumps(CONFIG))
    (made / "study.toml").write_text(STUDY)
    (made / "counts.json").write_text(json.dumps({"numQubits": 20, "tCount": 10**6}))
    rng = np.random.default_rng(0)
    np.savez(made / "head.npz", **{name: rng.normal(size=(12, 3)) for name in "qkv"}, meta='{"causal": true}')
    qa.export(qa.estimate(**SIZES), made / "a.json")
    qa.export(qa.estimate(**SIZES, loader="qrom"), made / "b.json")
    return made


def test_there_are_forty() -> None:
    assert len(CALLS) == 40
    assert len({words.split()[0] for words, _ in CALLS}) == 12


@pytest.mark.parametrize(("words", "call"), CALLS, ids=[words for words, _ in CALLS])
def test_command_and_library_agree(
    words: str, call: Shown, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    capsys.readouterr()
    code = main([*words.split(), "--json"])
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    assert untimed(json.loads(out)) == untimed(json.loads(call().to_json()))


def test_another_number_would_be_seen() -> None:
    document = qa.estimate(**SIZES, physical=False).to_dict()
    assert untimed(document) != untimed(qa.estimate(**SIZES | {"n_heavy": 1}, physical=False).to_dict())


@pytest.mark.parametrize(
    "words", ["", "--no-physical", "--loader qrom --search known-k-exact", "--rows-per-load 2"]
)
def test_what_is_read_back_says_what_the_report_said(
    words: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counts are not rounded in JSON: the report of the file is the report of the estimate."""
    monkeypatch.chdir(folder)
    assert main(["estimate", *SMALL.split(), *words.split(), "--json", "--markdown", "said.md"]) == 0
    Path("said.json").write_text(capsys.readouterr().out)
    assert main(["export", "estimate", "--from", "said.json", "--format", "markdown"]) == 0
    assert capsys.readouterr().out == Path("said.md").read_text()
