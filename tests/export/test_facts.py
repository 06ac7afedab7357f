"""The head of an exported file: everything a reader needs to work out what the circuit must do."""

from __future__ import annotations

import re

import attrs
import numpy as np
import pytest

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.shared_oracle import SharedOracle
from qattention.catalogue import RECORDS
from qattention.circuit import Circuit
from qattention.export import facts
from qattention.export.facts import bloq_lines, head_lines
from qattention.problem import AttentionHead
from qattention.reference import Quantisation, integer_thresholds

KEYS = np.random.default_rng(3).integers(-8, 8, (11, 3))
ORACLE = HeavyKeyOracle(KeyTable.from_values(KEYS, 4), (3, -1, 2), 5)


def numbers(lines: tuple[str, ...], name: str) -> list[int]:
    """The integers behind "name: " or "name[i]: ", in order."""
    at = re.compile(re.escape(name) + r"(\[\d+\])?: ([-0-9 ]+)( \(.*)?$")
    return [int(x) for line in lines if (m := at.match(line)) for x in m[2].split()]


@pytest.mark.parametrize("excluded", [(), (0, 4)])
@pytest.mark.parametrize("how", ["fix-up", "live", "circuit"])
@pytest.mark.parametrize("padded", [False, True])
def test_what_is_marked_follows_from_the_other_lines(
    excluded: tuple[int, ...], how: str, padded: bool
) -> None:
    circuit = Circuit(exclusion=how, padding="on" if padded else "off")
    lines = bloq_lines(attrs.evolve(ORACLE, excluded=excluded, circuit=circuit))
    keys = np.array(numbers(lines, "table")).reshape(11, 3)
    assert np.array_equal(keys, KEYS)
    heavy = keys @ numbers(lines, "weights") >= numbers(lines, "threshold")
    for address in numbers(lines, "excluded") if excluded else ():
        heavy[address] = not heavy[address] if how != "live" else False
    assert numbers(lines, "marked") == np.flatnonzero(heavy).tolist()
    assert f"({heavy.sum()} of {16 if padded else 11} addresses)" in lines[-1]


def test_rows_on_one_load_mark_their_union() -> None:
    lines = bloq_lines(SharedOracle(ORACLE, (((-2, 1, 0), 9),)))
    union = (KEYS @ (3, -1, 2) >= 5) | (KEYS @ (-2, 1, 0) >= 9)
    assert numbers(lines, "marked") == np.flatnonzero(union).tolist()
    assert "others: ((-2 1 0), 9)" in lines
    assert not any("base.marked" in line for line in lines)


def test_unequal_widths_and_nothing_marked() -> None:
    table = KeyTable.from_values(np.array([[1, -4], [0, 3]]), (2, 3))
    lines = bloq_lines(HeavyKeyOracle(table, (1, 1), 99))
    assert lines[0] == "table: 2 keys of 2 components, two's complement, 2 3 bits"
    assert lines[-1] == "marked: none (0 of 2 addresses)"


def test_a_table_without_data_and_one_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = bloq_lines(attrs.evolve(ORACLE, table=KeyTable(n_keys=11, head_dim=3, key_bits=4)))
    assert empty[-1] == "marked: unknown without the values of the keys"
    monkeypatch.setattr(facts, "MAX_NUMBERS", 32)
    assert ORACLE.table.digest in bloq_lines(ORACLE)[1]
    assert not any(line.startswith("table[") for line in bloq_lines(ORACLE))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.slug)
def test_every_example_is_told_in_plain_lines(record) -> None:  # type: ignore[no-untyped-def]
    bloq = record.example()
    lines = bloq_lines(bloq)
    assert lines == bloq_lines(record.example())
    for field in attrs.fields(type(bloq)):
        assert any(re.match(rf"{field.name}\b", line) for line in lines)
    assert not any("\n" in line or "object at" in line or "array(" in line for line in lines)


@pytest.mark.parametrize("method", ["plain", "rotated"])
def test_a_heads_integers_stand_for_its_logits(method: str) -> None:
    rng = np.random.default_rng(1)
    q, k = rng.normal(size=(4, 3)), rng.normal(size=(9, 3))
    head = AttentionHead(q=q, k=k, v=k, scale=0.5, causal=True, name="made")
    quantised = Quantisation(quantise=method).apply(head)
    lines = head_lines(quantised, method, [1, 2], [0.25, -0.5])
    assert lines[0] == "head: made, 4 queries, 9 keys, d = 3; a row sees its keys up to the row"
    for row, tau, seen in ((1, 0.25, 7), (2, -0.5, 8)):
        unit, shift, margin = (
            float(x)
            for line in lines
            if line.startswith(f"row {row}:")
            for x in re.findall(r"about (\S+) <|\+ (\S+)$|- (\S+), a tie", line)
            for x in x
            if x
        )
        assert f"row {row}: keys 0..{seen - 1};" in "\n".join(lines)
        sums = quantised.accumulators([row])[0]
        told = unit * sums + shift >= tau - margin
        assert np.array_equal(told, sums >= integer_thresholds(quantised, tau, [row])[0])
        assert np.abs(unit * sums + shift - 0.5 * k @ q[row]).max() <= quantised.row_error_bound[row]
    step = np.abs(k).max() / 127
    if method == "plain":
        assert "k over max |k| / 127" in lines[1]
        assert np.array_equal(quantised.k_int, np.rint(k / step))


def test_rows_that_see_different_keys_are_told_to_mark_more() -> None:
    rng = np.random.default_rng(0)
    q, k = (rng.normal(size=(6, 2)) for _ in range(2))

    def lines(causal: bool) -> str:
        quantised = Quantisation().apply(AttentionHead(q=q, k=k, v=k, causal=causal))
        return "\n".join(head_lines(quantised, "plain", [2, 3], [0.5, 0.5]))

    assert "also for one that does not see it" in lines(True)
    assert "does not see it" not in lines(False)


def test_records_are_called_by_their_names():
    """Not by what they hold: functions have other addresses in every process."""
    lines = bloq_lines(ORACLE)
    assert "circuit.loader: qrom" in lines
    assert not [line for line in lines if " at 0x" in line]
