"""The report as Markdown and as a page: every entry, every list, nothing loaded."""

import pytest

from qattention.estimates import Estimate, estimate, estimate_from_json
from qattention.estimates.report import report
from qattention.problem import AttentionProblem
from qattention.render.estimate_report import estimate_markdown, estimate_page
from qattention.render.page import page_html


@pytest.fixture(scope="module")
def found() -> Estimate:
    return estimate(AttentionProblem(n_queries=8, n_keys=8, head_dim=2, n_heavy=1))


def test_markdown_has_every_explanation_once(found: Estimate) -> None:
    text = estimate_markdown(found, "A|B")
    for group in report(found).groups:
        assert text.count(f"\n## {group.title}\n") == 1
        for entry in group.entries:
            assert text.count(f"| {entry.label} | {entry.value} | {entry.explanation} |") == 1
    for note in found.assumptions:
        assert f"- {note.text} [{note.source}]" in text
    assert "\n### Expected and worst case\n" in text
    assert "None" not in text


def test_page_says_what_a_figure_is_and_holds_every_entry_once(found: Estimate) -> None:
    made = estimate_page(found, "A & <B>", "<svg></svg>")
    page = page_html(made)
    assert "A &amp; &lt;B&gt;" in page
    assert 'title="And&#39;s, Toffolis and controlled swaps."' in page
    rows = [block.rows for section in made.sections for block in section.blocks if block.kind == "entries"]
    assert sum(map(len, rows)) == sum(len(group.entries) for group in report(found).groups)
    assert page.count('<tr role="row" title=') + page.count("<tr title=") == sum(map(len, rows)) + len(
        found.iteration.breakdown
    )
    assert "None" not in page
    assert made.data is not None
    assert estimate_from_json(made.data).iteration.toffoli == found.iteration.toffoli
