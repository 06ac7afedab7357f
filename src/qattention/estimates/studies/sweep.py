"""Running points on any executor, keeping each as it is finished, so that a killed sweep can go on."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import attrs

from qattention.bloqs.user_load import load_class
from qattention.circuit import LoaderKind
from qattention.errors import SpecError
from qattention.estimates.studies.points import Point
from qattention.outside import read_json, read_text, unwritable, write_file

Solve = Callable[[Point], dict[str, Any]]
PACKAGES = ("cirq-core", "numpy", "qdk", "qualtran", "scipy")


@attrs.frozen(kw_only=True)
class PointStore:
    """Finished points, one file each; named by the point, the sources and the versions it rests on.

    Attributes:
        folder: made when the first point is finished.
    """

    folder: Path

    def path(self, point: Point) -> Path:
        """Where the point's result is kept."""
        told = json.dumps(point, default=_told, sort_keys=True) + _sources()
        return self.folder / f"{hashlib.sha256(told.encode()).hexdigest()[:24]}.json"

    def read(self, point: Point) -> dict[str, Any] | None:
        """The kept result; None if there is none, or half of one."""
        try:
            document = read_json(read_text(self.path(point), "point"), "point")
        except SpecError:
            return None
        return document if isinstance(document, dict) else None

    def write(self, point: Point, result: Mapping[str, Any]) -> None:
        """Keep a result; it appears whole or not at all.

        Raises:
            SpecError, ResourceError: its folder may not be written to; the disk is full.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(self.folder, error) from None
        write_file(self.path(point), json.dumps(result))

    def clear(self) -> None:
        """Forget everything: the study's own files hold it now. What is not of a store stays."""
        with suppress(OSError):
            for path in self.folder.iterdir():
                if path.is_file():
                    path.unlink()
            self.folder.rmdir()


def run_points(
    points: Sequence[Point],
    solve: Solve,
    executor: Executor,
    store: PointStore | None = None,
    on_point: Callable[[], object] = lambda: None,
) -> list[dict[str, Any]]:
    """The result of every point, in the order of the points.

    Args:
        solve: a function that can be sent to another process; gives JSON's types.
        executor: of `concurrent.futures`, or one with its interface (Dask's `Client.get_executor()`).
        store: keeps finished points, and gives those that an earlier run finished.
        on_point: called after each (for a progress bar).

    Raises:
        Whatever `solve` does, at the first point that fails; what was finished is kept.
    """
    kept = [None if store is None else store.read(point) for point in points]
    results: dict[int, dict[str, Any]] = {i: result for i, result in enumerate(kept) if result is not None}
    for _ in results:
        on_point()
    waiting = {executor.submit(solve, points[i]): i for i in range(len(points)) if i not in results}
    try:
        for future in as_completed(waiting):
            result, index = future.result(), waiting[future]
            results[index] = json.loads(json.dumps(result))  # as the store would give it back
            if store is not None:
                store.write(points[index], result)
            on_point()
    finally:
        for future in waiting:
            future.cancel()
    return [results[i] for i in range(len(points))]


def _told(value: Any) -> Any:
    """Fields; of a loader its name, or the source of the user's own, for that may change."""
    if not isinstance(value, LoaderKind):
        return attrs.asdict(value, recurse=False)
    own = inspect.getmodule(load_class(value.name)) if ":" in value.name else None
    return value.name if own is None else inspect.getsource(own)


@cache
def _sources() -> str:
    """A digest of this package's sources, and the versions that move numbers."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[2]
    for path in sorted(root.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest() + "".join(f" {name} {version(name)}" for name in PACKAGES)
