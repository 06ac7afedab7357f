"""Pages say what is true: links lead somewhere, every bloq has prose, every command is documented."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from qattention.catalogue import RECORDS, BloqRecord
from qattention.cli.main import COMMANDS, cli
from qattention.estimates.studies import read_study
from qattention.generated.checkout import END

ROOT = Path(__file__).parents[1]
FOLDERS = [ROOT / name for name in ("bloqs", "estimates", "docs")]
PAGES = [ROOT / "README.md", *sorted(path for folder in FOLDERS for path in folder.rglob("*.md"))]
COMMAND_PAGE = ROOT / "docs" / "command.md"
PARTS_OF_A_PAGE = (
    "Registers",
    "Costs",
    "Call graph of the example",
    "How it was checked",
    "Why it costs this",
)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_files_that_exist(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_table_is_torn_by_an_empty_line(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    begun = re.findall(r"\n\n\| [^\n]*\n([^\n]*)", text)
    assert [line for line in begun if not re.fullmatch(r"\|[-: |]+\|", line)] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.slug)
def test_every_bloq_has_a_page_with_prose_by_hand(record: BloqRecord) -> None:
    text = (ROOT / "bloqs" / f"{record.slug}.md").read_text()
    assert text.startswith(f"# {record.title}\n")
    assert [part for part in PARTS_OF_A_PAGE if f"## {part}\n" not in text] == []
    prose = text.split(END)[1]
    assert "To be written" not in prose
    assert len(prose.split()) > 40


def test_the_index_of_bloqs_says_that_it_is_generated() -> None:
    text = (ROOT / "bloqs" / "README.md").read_text()
    assert text.startswith("# Bloqs\n\nGenerated; source in `src/qattention/bloqs`")
    assert all(f"({record.slug}.md)" in text for record in RECORDS)


def test_the_index_of_estimates_tells_of_moved_numbers() -> None:
    assert "## Numbers that moved, and why" in (ROOT / "estimates" / "README.md").read_text()


def test_the_index_of_docs_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    pages = [path.name for path in (ROOT / "docs").glob("*.md")]
    assert [name for name in pages if f"({name})" not in index] == ["README.md"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    text = COMMAND_PAGE.read_text()
    assert f"## {name}\n" in text
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    options = {option for param in command.params for option in param.opts if option.startswith("--")}
    assert [option for option in sorted(options) if option not in text] == []


def test_every_exit_code_is_documented() -> None:
    text = COMMAND_PAGE.read_text()
    assert [code for code in (0, 1, 2, 3, 70, 74, 129, 130, 141, 143) if f"| {code} |" not in text] == []


def test_the_documented_study_is_one(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", COMMAND_PAGE.read_text(), flags=re.DOTALL)
    (tmp_path / "study.toml").write_text(block)
    study = read_study(tmp_path / "study.toml")
    assert study.figure is not None
    assert set(study.figure.series) <= set(study.sweep)


def test_shell_examples_name_commands_and_options_that_exist() -> None:
    lines = [
        line.strip().removeprefix("$ ").split("#")[0].split()
        for page in PAGES
        for line in page.read_text().splitlines()
        if line.strip().removeprefix("$ ").startswith("qattention ")
    ]
    assert lines
    for _, name, *words in lines:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None, name
        known = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
        assert [word for word in words if word.startswith("--") and word not in known] == [], words
