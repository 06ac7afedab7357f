"""The closed form of a built bloq: its sizes are read off it and given to `qattention.formulas`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from qattention import formulas
from qattention.bloqs.made_of import bloq_class
from qattention.catalogue.join_parts import JOIN_FORMS
from qattention.circuit import INNER_PRODUCTS
from qattention.formulas import Costs, RowSums
from qattention.formulas.address_phase import address_sign, flag_phase, prefix_counts
from qattention.formulas.any_flag import any_flag, live_phase
from qattention.formulas.controlled_load import controlled_load
from qattention.formulas.exclusion import ExclusionForm
from qattention.formulas.loaders.one_hot_halves import halves_load, halves_unload
from qattention.formulas.loaders.select_copy_load import Slices, select_copy
from qattention.formulas.shared_oracle import not_all, shared_oracle


def _sums(weights: tuple[int, ...], threshold: int, key_bits: int | tuple[int, ...]) -> RowSums:
    return RowSums.from_weights([weights], [threshold], key_bits)


def _of_oracle(oracle: Any) -> dict[str, Any]:
    return {
        "n_keys": oracle.table.n_keys,
        "sums": _sums(oracle.weights, oracle.threshold, oracle.table.word_widths),
        "circuit": oracle.circuit,
    }


def _excluding(oracle: Any) -> ExclusionForm:
    bits = int(oracle.table.address_bits)
    return ExclusionForm.of(oracle.exclusion, oracle.is_sign, bits, oracle.excluded)


def _found(bloq: Any) -> Any:
    return prefix_counts(bloq.addresses, bloq.n_bits)


def _load(load: Any) -> Costs:
    """Of a `SelectSwapLoad`, which a block of 1 makes a `QROMLoad`."""
    block = getattr(load, "block", 1)
    return formulas.select_swap_load(load.table.n_keys, load.table.word_bits, block, load.padded)


def _shared_oracle(bloq: Any) -> Costs:
    weights, thresholds = zip(*bloq.rows, strict=True)
    table = bloq.table
    sums = RowSums.from_weights(weights, thresholds, table.word_widths)
    return shared_oracle(table.n_keys, sums, bloq.circuit, _excluding(bloq))


def _inner_product(bloq: Any) -> Costs:
    sums = _sums(bloq.weights, bloq.threshold, bloq.key_bits)
    (kind,) = (kind for kind in INNER_PRODUCTS.values() if bloq_class(kind.bloq) is type(bloq))
    return formulas.inner_product(sums, kind, bloq.uncompute)


def _find_heavy_keys(bloq: Any) -> Costs:
    iterations = sum(length * count for length, count in bloq.searches)
    return formulas.find_heavy_keys(
        **_of_oracle(bloq.oracle), n_iterations=iterations, n_runs=bloq.n_searches
    )


def _sparse_attention(bloq: Any) -> Costs:
    ((row, n_rows),) = bloq.rows
    return formulas.sparse_attention(_find_heavy_keys(row), n_rows)


def _grover_search(bloq: Any) -> Costs:
    return formulas.grover_search(**_of_oracle(bloq.oracle), n_iterations=bloq.n_iterations)


def _reflection(n_items: int, is_sign: bool) -> Costs:
    """The package's closed form is of the sign; another phase needs a longer ladder and a rotation."""
    if is_sign:
        return formulas.reflection(n_items)
    prepare = formulas.uniform_superposition(n_items)
    return prepare + formulas.phase_at_zero(formulas.address_bits(n_items), is_sign=False) + prepare


def _phased_search(bloq: Any) -> Costs:
    """Every pair here has two phases that are not -1."""
    oracle, start = bloq.oracle, formulas.uniform_superposition(bloq.oracle.n_items)
    pair = (
        formulas.heavy_key_oracle(**_of_oracle(oracle))
        + Costs(rotation=1)
        + _reflection(oracle.n_items, False)
    )
    return start + pair.times(len(bloq.phases))


CLOSED_FORMS: dict[str, Callable[[Any], Costs]] = {
    "xor_word": lambda bloq: formulas.xor_word(bloq.table.word_bits, bloq.selected),
    "qrom_load": lambda bloq: formulas.qrom_load(bloq.table.n_keys, bloq.table.word_bits, bloq.padded),
    "select_swap_load": lambda bloq: formulas.select_swap_load(
        bloq.table.n_keys, bloq.table.word_bits, bloq.block, bloq.padded
    ),
    "inverse_unload": lambda bloq: formulas.select_swap_load(  # as many And's as there
        bloq.table.n_keys, bloq.table.word_bits, bloq.load.block, bloq.padded
    ),
    "one_hot_load": lambda bloq: (halves_load if bloq.halves else formulas.one_hot_load)(
        bloq.table.n_keys, bloq.table.word_bits, bloq.block, bloq.padded
    ),
    "select_copy_load": lambda bloq: select_copy(
        Slices.of(
            bloq.table.n_keys, bloq.table.word_bits, bloq.sliced[0], bloq.sliced[1], bloq.padded, bloq.clean
        )
    ),
    **dict.fromkeys(
        ("dirty_look_up", "dirty_select_swap_load"),
        lambda bloq: formulas.dirty_look_up(bloq.table.n_keys, bloq.table.word_bits, bloq.block, bloq.padded),
    ),
    "bucket_brigade_load": lambda bloq: formulas.bucket_brigade_load(
        bloq.table.n_keys, bloq.table.word_bits, bloq.padded, bloq.parallel
    ),
    **dict.fromkeys(
        ("memory_query", "hardware_load", "hardware_unload"),
        lambda bloq: formulas.hardware_load(bloq.table.n_keys, bloq.table.word_bits),
    ),
    "swap_network_load": lambda bloq: formulas.swap_network_load(
        bloq.table.n_keys, bloq.table.word_bits, bloq.padded
    ),
    "controlled_load": lambda bloq: controlled_load(_load(bloq.load), bloq.table.n_keys),
    "tree_unload": lambda bloq: (halves_unload if bloq.load.halves else formulas.tree_unload)(
        bloq.table.n_keys, bloq.table.word_bits, bloq.load.block, bloq.padded
    ),
    "measure_junk": lambda bloq: formulas.readout(bloq.n_bits),
    "one_hot": lambda bloq: formulas.one_hot(bloq.n_bits, bloq.uncompute),
    "parity_phase": lambda bloq: formulas.parity_phase(bloq.n_lines, bloq.selected),
    "measured_unload": lambda bloq: formulas.measured_unload(
        bloq.table.n_keys, bloq.measured_bits, bloq.padded
    ),
    "full_adder": lambda bloq: formulas.full_adder(bloq.uncompute),
    "half_adder": lambda bloq: formulas.half_adder(bloq.uncompute),
    "inner_product": _inner_product,
    "bucket_tree": _inner_product,
    "shift_add": _inner_product,
    "multiply_words": lambda bloq: formulas.multiply_words(bloq.n_query, bloq.n_key, bloq.uncompute),
    "stock_product": _inner_product,
    "add_word": lambda bloq: formulas.add_word(bloq.n_word, bloq.n_acc),
    "threshold_flag": lambda _: formulas.threshold_flag(),
    "heavy_key_oracle": lambda bloq: formulas.heavy_key_oracle(
        **_of_oracle(bloq), exclusion=_excluding(bloq)
    ),
    "address_sign": lambda bloq: address_sign(_found(bloq)),
    "flag_phase": lambda bloq: flag_phase(_found(bloq)),
    "live_phase": lambda bloq: live_phase(bloq.is_sign),
    "any_flag": lambda bloq: any_flag(bloq.n_bits, bloq.uncompute),
    "not_all": lambda bloq: not_all(bloq.n_bits),
    "shared_oracle": _shared_oracle,
    "phase_at_zero": lambda bloq: formulas.phase_at_zero(bloq.n_bits, bloq.is_sign),
    "phase_below": lambda bloq: formulas.phase_below(bloq.bound),
    "uniform_superposition": lambda bloq: formulas.uniform_superposition(bloq.n_items),
    "reflection": lambda bloq: _reflection(bloq.n_items, bloq.at_zero.is_sign),
    "grover_iterate": lambda bloq: formulas.grover_iterate(**_of_oracle(bloq.oracle)),
    "grover_search": _grover_search,
    "phased_search": _phased_search,
    "readout": lambda bloq: formulas.readout(bloq.n_bits),
    "find_heavy_keys": _find_heavy_keys,
    "sparse_attention": _sparse_attention,
    **JOIN_FORMS,
}


def closed_form(slug: str, bloq: Any) -> dict[str, int]:
    """Toffoli, rotations, measurements and qubits of one bloq, as plain integers."""
    costs = CLOSED_FORMS[slug](bloq)
    names = ("toffoli", "rotation", "measurement", "qubits")
    return {name: int(np.asarray(getattr(costs, name)).reshape(-1)[0]) for name in names}
