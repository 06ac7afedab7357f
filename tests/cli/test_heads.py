"""Heads on the command: which of several, folders, and the verdict in the first line."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """4 query heads on 2 key heads, a window and a sink each."""
    rng = np.random.default_rng(0)
    arrays = {name: rng.normal(size=(heads, 20, 4)) for name, heads in (("q", 4), ("k", 2), ("v", 2))}
    path = tmp_path / "several.safetensors"
    save_file(arrays | {"sinks": np.arange(4.0)}, path, metadata={"causal": "true", "window": "6"})
    return path


def test_a_head_of_several_is_picked(run: Callable[..., Any], several: Path) -> None:
    outcome = run("inspect", several, "--head", 3, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.json["name"] == "several@head=3"
    assert outcome.json["verdict"]["n_heavy"] >= 1
    assert run("run", several, "--head", 1, "--rows", "10:12", "--n-heavy", 2, "--json").json["missed"] == 0
    words = ("verify", several, "--head", 1, "--row", 10, "--n-heavy", 2, "--padding", "off", "--json")
    assert run(*words).json["addresses"] == 6


def test_without_a_pick_it_is_asked_for(run: Callable[..., Any], several: Path) -> None:
    outcome = run("inspect", several)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("qattention: `--head`: got None; must be given: 0..3")
    assert run("estimate", "--layer", 1).err == "qattention: `--layer`: got 1; must be absent without HEAD\n"


@pytest.mark.parametrize("n_heavy", [1, 2, 20])
def test_the_verdict_is_the_first_line(run: Callable[..., Any], several: Path, n_heavy: int) -> None:
    outcome = run("inspect", several, "--head", 0, "--n-heavy", n_heavy)
    first = " ".join(outcome.out.split())
    assert outcome.code == 0
    assert first.removeprefix("several@head=0: ").removeprefix("not ").startswith("sparse: ")
    assert " of 20 keys (" in first
    assert "give 10 %; random directions need " in first


def test_a_folder_has_a_line_for_each(run: Callable[..., Any], several: Path) -> None:
    (several.parent / "other.safetensors").write_bytes(several.read_bytes())
    outcome = run("inspect", several.parent, "--head", 2)
    lines = [line for line in outcome.out.splitlines() if re.match(r"\w+@head=2: (not )?sparse", line)]
    assert [line.split(":")[0] for line in lines] == ["other@head=2", "several@head=2"]
