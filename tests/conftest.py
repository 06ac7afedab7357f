"""Settings that hold for every test."""

from pathlib import Path
from statistics import median

from hypothesis import settings

# Same examples in every run; no deadlines, since tests are never timed.
settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")


def pytest_report_header() -> str:
    """How long the files of src are: the house aims at a median of 90 to 140 lines."""
    source = Path(__file__).parents[1] / "src"
    n_lines = [len(path.read_text().splitlines()) for path in source.rglob("*.py")]
    return f"src: {len(n_lines)} files, median {median(n_lines):.0f} lines, longest {max(n_lines)}"
