"""The notebooks run from top to bottom, as somebody who opens them would run them."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LOADER = (ROOT / "docs" / "own_loader.md").read_text().split("```python\n")[1].split("```")[0].strip()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("default")  # of the kernel's machinery, not of the notebook's own cells
def test_a_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.setenv("PYTHONWARNINGS", "default")
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    done = NotebookClient(book, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    cells = [cell for cell in done.cells if cell.cell_type == "code"]
    told = [output for cell in cells for output in cell.outputs if output.output_type == "stream"]
    assert [output.text for output in told if output.name == "stderr"] == []
    shown = [output.data for cell in cells for output in cell.outputs if output.output_type != "stream"]
    assert sum("text/html" in data for data in shown) >= 4  # results show themselves
    assert any("image/png" in data for data in shown)


def test_notebooks_are_kept_without_outputs() -> None:
    assert len(NOTEBOOKS) == 2
    for path in NOTEBOOKS:
        cells = nbformat.read(path, as_version=4).cells
        assert [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []


def test_the_notebook_s_loader_is_the_page_s() -> None:
    (path,) = (path for path in NOTEBOOKS if "loader" in path.stem)
    sources = [cell.source for cell in nbformat.read(path, as_version=4).cells]
    assert any(LOADER in source for source in sources)
