"""Sweeps: points in order, resumed where they stopped, the same on processes and on a Dask cluster."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from qattention.errors import SpecError
from qattention.estimates.studies import Point, PointStore, Study, run_points, study_points

STUDY = Study(
    title="t", question="q", sweep={"problem.n_tokens": (4, 8, 16), "plan.loader": ("qrom", "qroam")}
)


class Here(Executor):
    """Runs at once, in this thread, and counts."""

    def __init__(self, fail_at: int | None = None) -> None:
        self.submitted = 0
        self.fail_at = fail_at

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.submitted += 1
        if self.submitted - 1 == self.fail_at:
            future.set_exception(RuntimeError("the machine died"))
        elif self.fail_at is None or self.submitted <= self.fail_at:
            future.set_result(fn(*args, **kwargs))
        return future


def solve(point: Point) -> dict[str, Any]:
    """Something of the point, floats that JSON must give back, a tuple that it must not."""
    n = point.study.problem.n_tokens
    assert n is not None
    return {"n": n, "third": n / 3, "pair": (n, point.study.plan.loader)}


def test_points_are_all_combinations_with_the_last_axis_fastest() -> None:
    points = study_points(STUDY)
    assert [(p.study.problem.n_tokens, p.study.plan.loader) for p in points] == [
        (n, loader) for n in (4, 8, 16) for loader in ("qrom", "qroam")
    ]
    assert points[3].axes == {"problem.n_tokens": 8, "plan.loader": "qroam"}
    assert [p.axes for p in study_points(Study(title="t", question="q"))] == [{}]


@pytest.mark.parametrize(
    ("sweep", "message"),
    [
        ({"problem.tokens": (4,)}, "problem.tokens"),
        ({"n_tokens": (4,)}, "n_tokens"),
        ({"problem.n_tokens": ("4",)}, "n_tokens"),
        ({"plan.loader": (4,)}, "loader"),
    ],
)
def test_an_axis_is_an_option_and_its_values_have_its_type(sweep: Any, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        study_points(Study(title="t", question="q", sweep=sweep))


def test_a_sweep_of_a_million_points_is_refused_before_any_is_made() -> None:
    values = tuple(range(100))
    axes = {f"problem.{name}": values for name in ("n_keys", "n_heavy")}
    study = Study(title="t", question="q", sweep=axes)
    assert len(study_points(study)) == 10_000
    vast = Study(title="t", question="q", sweep={f"problem.n_{i}": values for i in range(6)})
    with pytest.raises(SpecError, match="got '1000000000000 points'; must be at most 16384"):
        study_points(vast)


def test_a_sweep_that_stopped_goes_on_and_gives_the_same(tmp_path: Path) -> None:
    points, store = study_points(STUDY), PointStore(folder=tmp_path / "points")
    whole = run_points(points, solve, Here())
    with pytest.raises(RuntimeError, match="died"):
        run_points(points, solve, Here(fail_at=4), store)
    run_points(points[:2], solve, Here(), store)  # which points were kept above is a matter of chance
    assert 2 <= len(list(store.folder.iterdir())) <= 5
    kept, second, seen = len(list(store.folder.iterdir())), Here(), []
    assert run_points(points, solve, second, store, lambda: seen.append(1)) == whole
    assert second.submitted == len(points) - kept
    assert len(seen) == len(points)
    store.clear()
    assert not store.folder.exists()


def test_half_a_file_or_another_point_is_not_taken_for_a_result(tmp_path: Path) -> None:
    points, store = study_points(STUDY), PointStore(folder=tmp_path)
    store.write(points[0], solve(points[0]))
    assert store.read(points[1]) is None
    store.path(points[0]).write_text('{"n": 4, "thi')
    assert store.read(points[0]) is None
    fresh = Here()
    assert run_points(points, solve, fresh, store) == run_points(points, solve, Here())
    assert fresh.submitted == len(points)


def test_threads_give_the_order_of_the_points() -> None:
    with ThreadPoolExecutor(3) as pool:
        assert run_points(study_points(STUDY), solve, pool) == run_points(study_points(STUDY), solve, Here())


def test_a_dask_cluster_gives_the_same() -> None:
    from distributed import LocalCluster

    from qattention.executors import executor

    free_port = ":0"  # its own port is taken where another cluster runs
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=free_port)
    with cluster, executor(scheduler=cluster.scheduler_address) as pool:
        assert run_points(study_points(STUDY), solve, pool) == run_points(study_points(STUDY), solve, Here())


TEXT = """
title = "t"
question = "q"
[sweep]
"problem.n_tokens" = [4, 5, 6, 7, 8, 9]
"plan.loader" = ["qrom", "one-hot"]
[[columns]]
path = "logical.expected.toffoli"
label = "Toffoli"
"""


def start(study: Path, output: Path, workers: int = 1) -> subprocess.Popen[bytes]:
    code = "import sys; from qattention.cli.main import main; sys.exit(main(sys.argv[1:]))"
    source = str(Path(__file__).parents[3] / "src")
    return subprocess.Popen(
        [sys.executable, "-c", code, "study", str(study), "--output", str(output), "--workers", str(workers)],
        env={**os.environ, "PYTHONPATH": source},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )


def test_a_killed_study_ends_with_the_same_bytes(tmp_path: Path) -> None:
    study, whole, parts = tmp_path / "study.toml", tmp_path / "whole", tmp_path / "parts"
    study.write_text(TEXT)
    whole.mkdir()
    parts.mkdir()
    killed = start(study, parts, workers=2)
    while killed.poll() is None and len(list(parts.glob(".points/*.json"))) < 2:
        time.sleep(0.02)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert 2 <= len(list(parts.glob(".points/*.json"))) < 12
    assert not (parts / "result.json").exists()
    assert start(study, parts).wait() == 0
    assert start(study, whole).wait() == 0
    assert {p.name: p.read_bytes() for p in parts.iterdir()} == {
        p.name: p.read_bytes() for p in whole.iterdir()
    }
