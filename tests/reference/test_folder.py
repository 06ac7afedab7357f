"""k found by search for several errors, and the table of many heads."""

from pathlib import Path

import attrs
import numpy as np
import pytest

from qattention.problem import AttentionHead, load_head
from qattention.reference import InspectReport, inspect_head
from qattention.reference.folder import folder_table
from qattention.reference.report import KeysForError
from qattention.reference.sparsity import errors_by_k, keys_by_error, keys_needed
from qattention.reference.verdict import keys_for_errors

HEADS = Path(__file__).parents[1] / "real_heads" / "heads"
RNG = np.random.default_rng(3)


@pytest.mark.parametrize(
    ("name", "k", "late"),
    [
        ("attn_smollm2_code_n384_L16H0", 2, 2),
        ("attn_smollm2_lists_n600_L21H4", 27, 42),
        ("attn_minilm_code_n500_L3H5", 119, None),  # with an error of 0.09998; 118 keys leave 0.1004
    ],
)
def test_k_of_real_heads_over_all_rows_and_late_ones(name: str, k: int, late: int | None) -> None:
    head = load_head(str(HEADS / f"{name}.npz"))
    (found,) = keys_for_errors(head, (0.1,))
    assert (found.n_heavy, found.n_heavy_late) == (k, late)
    before, at = errors_by_k(head, range(k - 1, k + 1))
    assert at <= 0.1 < before


def small(n: int = 24) -> AttentionHead:
    q, k, v = (RNG.normal(size=(n, 4)) for _ in "qkv")
    return AttentionHead(q=3 * q, k=k, v=v, causal=True, name=f"made_n{n}_L0H0")


def test_one_search_finds_the_k_of_every_error() -> None:
    head, targets = small(60), (0.3, 0.001, 0.1)
    assert keys_by_error(head, targets) == tuple(keys_needed(head, target).k for target in targets)
    rows = np.arange(40, 60)
    assert keys_by_error(head, (0.1,), rows=rows) == (keys_needed(head, 0.1, rows=rows).k,)


REPORT = inspect_head(small())


def reported(name: str, n: int, k: int) -> InspectReport:
    verdict = attrs.evolve(REPORT.verdict, n_heavy=k)
    keys = (KeysForError(error_target=0.1, n_heavy=k, n_heavy_late=None),)
    return attrs.evolve(REPORT, name=name, n_keys=n, verdict=verdict, keys=keys)


def test_the_same_heads_at_several_contexts_give_exponents() -> None:
    heads = [
        reported(f"code_n{n}_L{layer}H0", n, round(k * (n / 64) ** power))
        for layer, (k, power) in enumerate([(4, 0.5), (8, 1.0), (16, 0.0)])
        for n in (64, 256, 1024)
    ]
    table = folder_table(heads)
    assert [row.n_keys for row in table.contexts] == [64, 256, 1024]
    assert table.contexts[0].quartiles["0.1"] == (6.0, 8.0, 12.0)
    assert table.contexts[2].dense == pytest.approx(0.0)
    (growth,) = table.growth
    assert growth.quartiles == pytest.approx((0.25, 0.5, 0.75))
    roots = [np.sqrt([4 * s, 8 * s * s, 16]).mean() for s in (1, 2, 4)]
    assert growth.search == pytest.approx(1.5 + np.polyfit(np.log([64, 256, 1024]), np.log(roots), 1)[0])
    some = folder_table(heads[:4])  # one of them at one context alone
    assert some.growth[0].n_heads == 1
    assert some.growth[0].search is None


def test_heads_of_one_context_give_no_exponent() -> None:
    assert folder_table([reported("L0H0", 64, 4), reported("L0H1", 64, 9)]).growth == ()
