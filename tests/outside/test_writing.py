"""Files whole or not at all: full disks are told from places that were never to be written to."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from qattention.errors import ResourceError, SpecError
from qattention.estimates.studies import Point, PointStore, Study
from qattention.outside import check_writable, write_file


def failing(number: int) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("step", ["fdopen", "replace", "chmod"])
@pytest.mark.parametrize(
    ("number", "kind"),
    [
        *((number, ResourceError) for number in (errno.ENOSPC, errno.EDQUOT, errno.EIO)),
        *((number, SpecError) for number in (errno.EROFS, errno.EACCES)),
    ],
)
def test_a_disk_that_fails_leaves_nothing_behind(
    step: str, number: int, kind: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f.txt"
    write_file(path, "old")
    monkeypatch.setattr(os, step, failing(number))
    with pytest.raises(kind, match=f"`output`.*f.txt.*{os.strerror(number)}"):
        write_file(path, "new")
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"f.txt": "old"}


def test_a_full_disk_is_known_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fdopen", failing(errno.ENOSPC))
    with pytest.raises(ResourceError, match="No space left"):
        check_writable(tmp_path / "f.txt")
    assert not list(tmp_path.iterdir())


def test_all_places_that_cannot_be_written_to_are_told(tmp_path: Path) -> None:
    check_writable(None, tmp_path / "f.txt", "/dev/null")
    assert not list(tmp_path.iterdir())
    with pytest.raises(SpecError) as caught:
        check_writable(tmp_path, tmp_path / "absent" / "f", tmp_path / ("x" * 300), "a\0b")
    assert len(caught.value.problems) == 4


def test_a_point_that_cannot_be_kept_names_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    point = Point(axes={}, study=Study(title="t", question="q"))
    (tmp_path / "file").write_text("")
    with pytest.raises(SpecError, match="file/points"):
        PointStore(folder=tmp_path / "file" / "points").write(point, {})
    monkeypatch.setattr(os, "replace", failing(errno.ENOSPC))
    store = PointStore(folder=tmp_path / "points")
    with pytest.raises(ResourceError, match="points"):
        store.write(point, {})
    assert not list(store.folder.iterdir())
    store.clear()
    assert not store.folder.exists()
