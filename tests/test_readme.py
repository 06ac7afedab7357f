"""The README's console example is what the command prints, and its Python example runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from qattention.cli.main import cli

README = (Path(__file__).parents[1] / "README.md").read_text()


WIDE = {"COLUMNS": "120"}  # whatever the terminal that the tests run in
LIBRARY = (Path(__file__).parents[1] / "docs" / "library.md").read_text()


def blocks(language: str, page: str = README) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, flags=re.DOTALL)


def lines(text: str) -> list[str]:
    """Without layout: blank lines, trailing space and the width of the gap between columns."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def test_console_output_is_true() -> None:
    assert blocks("console")
    for block in blocks("console"):
        command, *shown = lines(block)
        result = CliRunner().invoke(cli, shlex.split(command.removeprefix("$ qattention ")), env=WIDE)
        assert result.exit_code == 0
        printed = [line for line in lines(result.output) if not line.startswith("seconds")]
        assert shown == printed


@pytest.mark.parametrize("page", [README, LIBRARY], ids=["README", "library"])
def test_python_example_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert blocks("python", page)
    for block in blocks("python", page):
        exec(compile(block, "page", "exec"), {})
