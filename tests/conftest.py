"""Settings that hold for every test."""

import gc
import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from hypothesis import settings

# Same examples in every run; no deadlines, since tests are never timed.
settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")


def pytest_report_header() -> str:
    """How long the files of src are: the house aims at a median of 90 to 140 lines."""
    source = Path(__file__).parents[1] / "src"
    n_lines = [len(path.read_text().splitlines()) for path in source.rglob("*.py")]
    return f"src: {len(n_lines)} files, median {median(n_lines):.0f} lines, longest {max(n_lines)}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, where it is installed; CI installs it and says that it must be there."""
    driver = shutil.which("chromedriver")
    if driver is None and not os.environ.get("QATTENTION_BROWSER"):
        pytest.skip("no chromium-driver here; CI has it")
    from browser import opened

    found = opened(driver)
    yield found
    found.quit()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """No garbage is looked for among what all tests and libraries keep to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def forget_results() -> None:
    """Empty every cache of a function of the package."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "qattention":
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def planting(change: Callable[..., None]) -> Callable[..., None]:
    """A change of the code, with no cache that was filled before it."""

    def plant(patch: "Planting", *target: Any, **options: Any) -> None:
        patch.planted = True
        forget_results()
        change(patch, *target, **options)

    return plant


class Planting(pytest.MonkeyPatch):
    """Pytest's, with no cache to hide a planted fault from its test or to carry it into the next.

    Another folder or environment is no fault: what is kept stands. See `empty_caches` where it does not.
    """

    planted = False
    setattr = planting(pytest.MonkeyPatch.setattr)
    delattr = planting(pytest.MonkeyPatch.delattr)
    setitem = planting(pytest.MonkeyPatch.setitem)
    delitem = planting(pytest.MonkeyPatch.delitem)

    def undo(self) -> None:
        super().undo()
        if self.planted:
            forget_results()
        self.planted = False


@pytest.fixture
def monkeypatch() -> Iterator[pytest.MonkeyPatch]:
    """Pytest's; see `Planting`."""
    patch = Planting()
    yield patch
    patch.undo()


@pytest.fixture
def empty_caches() -> Iterator[None]:
    """For tests whose modules of the user's own have one name and other contents."""
    forget_results()
    yield
    forget_results()
