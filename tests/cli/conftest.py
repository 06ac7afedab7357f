"""Run the command in this process, and make heads: sound ones and broken ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from qattention.cli.main import main


class Outcome(NamedTuple):
    """What a command line did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout."""
        document = json.loads(self.out)
        assert isinstance(document, dict)
        return document


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Outcome]:
    """Run `qattention *arguments` in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def call(*arguments: object) -> Outcome:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        return Outcome(code, *capsys.readouterr())

    return call


def arrays(n_queries: int = 6, n_keys: int = 9, d: int = 3, d_v: int = 2, seed: int = 0) -> dict[str, Any]:
    """A small random head."""
    rng = np.random.default_rng(seed)
    shapes = {"q": (n_queries, d), "k": (n_keys, d), "v": (n_keys, d_v)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


@pytest.fixture
def make_head(tmp_path: Path) -> Callable[..., Path]:
    """Write a head with some arrays replaced (None leaves one out); returns its path."""

    def make(name: str = "head.npz", **changes: Any) -> Path:
        path = tmp_path / name
        content = {key: value for key, value in {**arrays(), **changes}.items() if value is not None}
        np.savez(path, **content)
        return path

    return make
