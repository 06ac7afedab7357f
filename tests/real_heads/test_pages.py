"""What the pages say of real heads is what the study says, and the study what the code gives."""

import json
from pathlib import Path
from typing import Any

import pytest

from qattention.api.verbs import request
from qattention.estimates.real_heads import real_heads_report
from qattention.estimates.serialise import STUDY_DIGITS, to_json

ROOT = Path(__file__).parents[2]


def page(name: str) -> str:
    return " ".join((ROOT / "docs" / name).read_text().split())


STUDY: Any = json.loads((ROOT / "estimates" / "real-heads" / "result.json").read_text())
VERDICT = page("verdict.md")


def exponent(model: str, target: float, name: str) -> str:
    (one,) = (e for e in STUDY["exponents"] if (e["model"], e["growth"]["target"]) == (model, target))
    return f"{one['growth']['median'] if name == 'k' else one[name]:.2f}"


def test_the_study_is_what_the_code_gives() -> None:
    assert json.loads(to_json(real_heads_report(), digits=STUDY_DIGITS)) == STUDY


def test_exponents_of_the_verdict() -> None:
    ten, thirty, three = (exponent("smollm2", target, "k") for target in (0.1, 0.3, 0.03))
    told = f"k grows as n^{ten} in the median head at 10 % error (n^{thirty} at 30 %, n^{three} at 3 %)"
    assert told in VERDICT
    search, inference = (exponent("smollm2", 0.1, name) for name in ("search", "inference"))
    assert f"n^1.5 k^0.5 then reads n^{search}, before any memory is charged" in VERDICT
    assert f"n k d reads n^{inference}; over an encoder" in VERDICT
    assert f"the search reads n^{exponent('minilm', 0.1, 'search')}." in VERDICT


@pytest.mark.parametrize(
    ("algorithm", "loader", "says"),
    [
        ("row-by-row", "qroam", "`qroam`, query by query, n^{}"),
        ("row-by-row", "qrom", "`qrom` n^{}"),
        ("shared-load", "one-hot-swap", "`one-hot-swap`, n^{}."),
        ("row-by-row", "hardware", "With the free device n^{}."),
    ],
)
def test_what_loaders_make_of_it(algorithm: str, loader: str, says: str) -> None:
    (one,) = (e for e in STUDY["loaders"] if (e["algorithm"], e["loader"]) == (algorithm, loader))
    assert says.format(f"{one['n_measured']:.2f}") in VERDICT


def test_no_memory_in_gates_stays_below_a_scan() -> None:
    in_gates = [one["n_measured"] for one in STUDY["loaders"] if one["loader"] != "hardware"]
    assert min(in_gates) >= 2.0
    assert "None but the device is below the n^2" in VERDICT


def test_what_a_window_leaves() -> None:
    left = {one["n"]: one for one in STUDY["contexts"] if one["model"] == "smollm2"}
    shares = [f"{left[n]['left']:.2f}" for n in (1024, 2048, 4096, 8192)]
    told = "leaves {} of the search's iterations at 1,024 tokens, {} at 2,048, {} at 4,096 and {} at 8,192"
    assert told.format(*shares) in VERDICT
    assert f"settles {left[4096]['settled']:.0%} of the heads".replace("%", " %") in VERDICT
    assert f"R^{STUDY['union_exponent']:.2f} k" in page("command.md")


def test_the_union_of_a_packaged_head() -> None:
    union = request("smollm2-alice", rows_per_load=4).question.rows(4).n_union
    assert union is not None
    assert f"four rows on a load have {union.mean():.0f} keys between them" in page("runs.md")
