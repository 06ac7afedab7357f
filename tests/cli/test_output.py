"""Files appear whole or not at all; the output may be closed early; JSON has no NaN."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import attrs
import numpy as np
import pytest

from qattention.cli.output import json_text, plain, write_file
from qattention.errors import SpecError


def test_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "f.txt"
    write_file(path, "one")
    write_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert [p.name for p in tmp_path.iterdir()] == ["f.txt"]
    assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_interrupted_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f.txt"
    write_file(path, "old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_file(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["f.txt"]


def test_unwritable_targets_are_bad_input(tmp_path: Path) -> None:
    for target in (tmp_path, tmp_path / "absent" / "f", tmp_path / "nul\0"):
        with pytest.raises(SpecError, match="`output`"):
            write_file(target, "x")


@attrs.frozen
class Pair:
    first: float
    second: tuple[int, ...]


def test_json_is_exact_in_integers_and_has_six_digits_otherwise() -> None:
    value = {
        "a": Pair(first=1 / 3, second=(2**70, 1)),
        "b": np.float64(math.nan),
        "c": np.int64(7),
        "d": True,
    }
    assert plain(value) == {"a": {"first": 0.333333, "second": [2**70, 1]}, "b": None, "c": 7, "d": True}
    assert json_text({"x": math.inf}) == '{\n  "x": null\n}\n'


def test_a_reader_that_goes_away_ends_the_command_quietly() -> None:
    code = "import sys; from qattention.cli.main import main; sys.exit(main(['diagram', '--list']))"
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_terminal_without_unicode_gets_no_traceback() -> None:
    code = "import sys; from qattention.cli.main import main; sys.exit(main(['diagram', '--list']))"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"inner-product" in done.stdout


def test_links_are_followed_and_devices_are_not_replaced(tmp_path: Path) -> None:
    target, link, pipe = tmp_path / "target.txt", tmp_path / "link.txt", tmp_path / "pipe"
    target.write_text("old")
    link.symlink_to(target)
    write_file(link, "new")
    assert (link.is_symlink(), target.read_text()) == (True, "new")
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_file(pipe, "content")
    assert (os.read(reader, 100), pipe.is_fifo()) == (b"content", True)
    os.close(reader)
