"""Tables with and without data: equality, bits, sizes and refusals."""

import numpy as np
import pytest

from qattention.bloqs.key_table import KeyTable
from qattention.errors import SpecError


def test_tables_are_equal_by_content_and_keep_their_own_copy():
    values = np.array([[1, -2], [3, 0]])
    table, same = KeyTable.from_values(values, 3), KeyTable.from_values(values.astype(np.int8), 3)
    assert table == same
    assert hash(table) == hash(same)
    values[0, 0] = 2
    assert table.values[0, 0] == 1
    assert table != KeyTable.from_values(values, 3)
    assert table != KeyTable.from_values(table.values, 4)
    with pytest.raises(ValueError, match="read-only"):
        table.values[0, 0] = 2


def test_bits_are_twos_complement_most_significant_first():
    table = KeyTable.from_values(np.array([[1, -2]]), 3)
    assert table.bits.astype(int).tolist() == [[0, 0, 1, 1, 1, 0]]
    assert (table.ones, table.word_bits, table.address_bits) == (3, 6, 1)


@pytest.mark.parametrize(("n_keys", "bits"), [(1, 1), (2, 1), (3, 2), (256, 8), (257, 9), (2**40, 40)])
def test_address_bits(n_keys, bits):
    assert KeyTable(n_keys=n_keys, head_dim=1, key_bits=1).address_bits == bits


@pytest.mark.parametrize("values", [[[4]], [[-5]], [[3, 4]]])
def test_values_beyond_the_width_are_refused(values):
    with pytest.raises(SpecError, match=r"`values`: got .* within -4\.\.3"):
        KeyTable.from_values(np.array(values), 3)


@pytest.mark.parametrize("shape", [(0, 2), (2, 0), (3,)])
def test_shapes_without_keys_are_refused(shape):
    with pytest.raises(SpecError, match="`values`"):
        KeyTable.from_values(np.zeros(shape, dtype=int), 3)


def test_full_width_words():
    extreme = np.array([[2**63 - 1, -(2**63)]], dtype=np.int64)
    table = KeyTable.from_values(extreme, 64)
    assert table.bits[0, :64].tolist() == [False] + [True] * 63
    assert table.bits[0, 64:].tolist() == [True] + [False] * 63


def test_components_of_unequal_widths():
    table = KeyTable.from_values(np.array([[1, -1, -2]]), (3, 1, 2))
    assert table.bits.astype(int).tolist() == [[0, 0, 1, 1, 1, 0]]
    assert (table.word_bits, table.key_bits, table.word_widths) == (6, 3, (3, 1, 2))
    flat = table.as_bits()
    assert (flat.head_dim, flat.key_bits) == (6, 1)
    np.testing.assert_array_equal(flat.bits, table.bits)
    assert table != KeyTable.from_values(table.values, 3)
    assert KeyTable.from_values(table.values, (3, 3, 3)) == KeyTable.from_values(table.values, 3)
    shape = KeyTable(n_keys=4, head_dim=3, key_bits=3, channel_bits=(3, 1, 2))
    assert (shape.word_bits, shape.as_bits().word_bits) == (6, 6)


@pytest.mark.parametrize("widths", [(3, 1), (3, 0, 2), (3, 3, 4, 4)])
def test_widths_that_are_not_one_a_component_are_refused(widths):
    with pytest.raises(SpecError, match=r"`channel_bits`: got .* 3 widths of at least 1"):
        KeyTable.from_values(np.array([[0, 0, 0]]), widths)


def test_a_value_beyond_its_own_component_is_refused():
    with pytest.raises(SpecError, match=r"`values`: got \(1, 1\); must be within -1\.\.0"):
        KeyTable.from_values(np.array([[1, 1, 1]]), (3, 1, 2))
