"""The generated files of a checkout: pages and drawings of bloqs, studies, schemas, tables, names."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from pathlib import Path

from qattention.api.shown import dumped
from qattention.generated.checkout import between, read, spliced
from qattention.generated.names import BLOQS_STUB, TYPED_OPTIONS, bloqs_stub, typed_options

SCHEMAS = "src/qattention/cli/schema"
ESTIMATE_SCHEMA = "src/qattention/estimates/schema/estimate-1.json"
OPTIONS_PAGE = "docs/command.md"
QUALTRAN_PAGE = "docs/qualtran.md"
GENERATED = {
    "bloqs": (".md", ".svg"),
    SCHEMAS: (".json",),
}  # folders in which every file of these suffixes is generated
TO_WRITE = "## Why it costs this\n\n(To be written by hand.)"
INTRODUCTION = """\
# Bloqs

Generated; source in `src/qattention/bloqs`, records in `src/qattention/catalogue`.

The parts of which quantum sparse attention is built. Each page says what the bloq does, its registers, what
it costs by three witnesses (call graph, gates, closed form), how it was checked (`tests/catalogue`), and why
it costs this. Drawings show one level of the example; `qattention diagram NAME` prints them.

**How to read a drawing.** Time runs from left to right. A line is a register, or the wires of it that go the
same way: a stroke across it and "2 × 3 bits" say how many, and bit 0 is the most significant. Double lines
are measured bits. Boxes with a title are bloqs with a page of their own: blue ones load or give back, green
ones compute, yellow ones search; "× 3" is three times in a row; † undoes. ∧ is an And into a fresh wire (one
Toffoli), ∧† erases it by a measurement (none); ⊕ is a NOT, • its control, ∘ a control on 0; • alone, joined,
are a CZ; Mₓ measures in X; |0⟩ and ⟨0| begin and end a wire. At a port: j the address, k[i] component i of
the key, ⊕row i row i of a table, × its weight, <0 the sign, r outcomes, Σ and c sum and carry."""
GROUPS = {
    "loading": "Loading keys, and giving them back",
    "arithmetic": "Summing, and the phase",
    "searching": "Searching",
}
CALIBRATED = "What does the product say of published machines, and what do T counts hide?"
MOVED = "## Numbers that moved, and why\n\nNone yet: these are the first."


def n_parts(folder: Path) -> int:
    """Bloqs and studies: how often `wanted_files` advances."""
    from qattention.catalogue import RECORDS

    return len(RECORDS) + len(study_folders(folder))


def wanted_files(folder: Path, executor: Executor, advance: Callable[[], None]) -> dict[str, str]:
    """Relative path -> content of everything that is generated."""
    pages = {**bloq_files(folder, advance), **study_files(folder, advance, executor)}
    names = {BLOQS_STUB: bloqs_stub(), TYPED_OPTIONS: typed_options()}
    return {**pages, **_schema_files(), **_tables(folder), **names}


def _tables(folder: Path) -> dict[str, str]:
    """Pages by hand, with their tables of options from fields, and of members from records."""
    from qattention.asked import TABLES
    from qattention.render.members_table import loads_markdown, members_markdown
    from qattention.render.options_table import options_markdown

    of_command, of_qualtran = (
        (folder / name).read_text(encoding="utf-8") for name in (OPTIONS_PAGE, QUALTRAN_PAGE)
    )
    with_options = between(of_command, "options", options_markdown(TABLES))
    return {
        OPTIONS_PAGE: between(with_options, "members", members_markdown()),
        QUALTRAN_PAGE: between(of_qualtran, "loaders", loads_markdown()),
    }


def _schema_files() -> dict[str, str]:
    from qattention.estimates import estimate_schema
    from qattention.generated.schemas import command_schemas

    found = {f"{SCHEMAS}/{name}-1.json": schema for name, schema in command_schemas().items()}
    found[ESTIMATE_SCHEMA] = estimate_schema()
    return {path: dumped(schema) for path, schema in found.items()}


def bloq_files(root: Path, advance: Callable[[], None]) -> dict[str, str]:
    """Relative path -> content of every file of bloqs/."""
    from qattention.catalogue import RECORDS
    from qattention.catalogue.gather import bloq_facts
    from qattention.render.bloq_text import page_facts
    from qattention.render.diagrams import bloq_svg

    files = {"bloqs/README.md": _bloq_index()}
    for record in RECORDS:
        facts, name = bloq_facts(record), f"bloqs/{record.slug}.md"
        files[name] = spliced(read(root / name), record.title, page_facts(facts), TO_WRITE)
        files[f"bloqs/{record.slug}.svg"] = bloq_svg(facts)
        advance()
    return files


def _bloq_index() -> str:
    from qattention.catalogue import RECORDS
    from qattention.catalogue.records import FAMILIES
    from qattention.render.bloq_text import markdown_table

    parts = [INTRODUCTION, "![The oracle of one query row](heavy_key_oracle.svg)"]
    for family, heading in GROUPS.items():
        rows = (
            (f"[{r.title}]({r.slug}.md)", f"`{r.name}`", r.summary, r.cost)
            for r in RECORDS
            if FAMILIES[r.title] == family
        )
        parts += [f"## {heading}", markdown_table(("bloq", "name", "does", "Toffoli"), rows)]
    return "\n\n".join(parts) + "\n"


def study_folders(root: Path) -> list[Path]:
    """Folders of estimates/ with a study.toml, by name."""
    return sorted(path.parent for path in (root / "estimates").glob("*/study.toml"))


def study_files(root: Path, advance: Callable[[], None], executor: Executor) -> dict[str, str]:
    """Relative path -> content of every generated file of estimates/; all studies are solved at once."""
    from qattention.estimates.studies import read_study, solve_study
    from qattention.render.study_report import study_files as files_of

    studies = {folder.name: read_study(folder / "study.toml") for folder in study_folders(root)}
    longest_first = sorted(studies, key=lambda name: studies[name].kind == "estimate")
    threads = ThreadPoolExecutor(max(1, len(studies)))  # they wait for the executor's processes
    pages = {}
    try:
        solving = {threads.submit(solve_study, studies[name], executor): name for name in longest_first}
        for solved in as_completed(solving):
            name = solving[solved]
            pages[name] = files_of(studies[name], solved.result())  # Matplotlib's style is no thread's own
            advance()
    finally:
        threads.shutdown(wait=False)  # who is interrupted does not wait for them
    files: dict[str, str] = {}
    lines = []
    for name, study in studies.items():
        made, summary = pages[name]
        files |= {f"estimates/{name}/{file}": text for file, text in made.items()}
        lines.append((f"[{study.title}]({name}/report.md)", study.question, summary))
    files["estimates/calibration/report.md"], summary = _calibration()
    lines.append(("[Published machines, costed again](calibration/report.md)", CALIBRATED, summary))
    files["estimates/README.md"] = _study_index(root, lines)
    return files


def _calibration() -> tuple[str, str]:
    from qattention.estimates.calibrated import calibrated
    from qattention.render.calibration_page import calibration_page, calibration_summary

    found = calibrated()
    return calibration_page(found), calibration_summary(found)


def _study_index(root: Path, lines: list[tuple[str, str, str]]) -> str:
    from qattention.render.bloq_text import markdown_table

    introduction = (
        "What attention heads would cost. Each folder holds a `study.toml` by hand and, generated from it, "
        "`result.json`, `report.md` and, for a sweep, `figure.svg`."
    )
    table = markdown_table(("study", "question", "answer"), lines)
    return spliced(read(root / "estimates" / "README.md"), "Estimates", f"{introduction}\n\n{table}", MOVED)
