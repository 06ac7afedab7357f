"""Every record of a family is whole, is made of what it names, and cannot be made with a part missing."""

import pickle
from typing import Any

import attrs
import numpy as np
import pytest

from qattention.bloqs.inner_product import InnerProduct
from qattention.bloqs.key_load import KeyLoad
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.made_of import bloq_class, inner_product_of, load_of
from qattention.circuit import INNER_PRODUCTS, LOADERS, Circuit, InnerProductKind, LoaderKind
from qattention.circuit.families import Family
from qattention.errors import SpecError
from qattention.estimates.scaling.leading import Symbols
from qattention.formulas import Costs, RowSums
from qattention.formulas.inner_product import SumFigures

KINDS: list[Any] = [*LOADERS.values(), *INNER_PRODUCTS.values()]
families = pytest.mark.parametrize("family", [LOADERS, INNER_PRODUCTS], ids=lambda family: family.option)
kinds = pytest.mark.parametrize("kind", KINDS, ids=str)
loaders = pytest.mark.parametrize("kind", LOADERS.values(), ids=str)
inner_products = pytest.mark.parametrize("kind", INNER_PRODUCTS.values(), ids=str)
N_KEYS, WORD_BITS = np.array([1, 2, 5, 64, 2**20]), 6
WORDS = ("name", "bloq", "how", "source", "limits")
FLAGS = ("has_blocks", "is_device", "is_stock", "only_asked", "has_fix_up", "weighs_zeros")
SUMS = RowSums.from_weights([[3, -1, 5], [1, 1, -7]], [4, 0], 3)


def fields_of(kind: type) -> list[str]:
    return [field.name for field in attrs.fields(kind)]


@kinds
def test_every_word_and_flag_of_a_record_is_there(kind: LoaderKind | InnerProductKind) -> None:
    for name in set(WORDS) & set(fields_of(type(kind))):
        said = getattr(kind, name)
        assert said == said.strip() != "", name
        assert "\n" not in said, name
    assert kind.limits.endswith(".")
    assert kind.limits[0].isupper()
    assert kind.how.startswith("by ")
    assert not kind.how.endswith(".")
    for name in set(FLAGS) & set(fields_of(type(kind))):
        assert isinstance(getattr(kind, name), bool), name


@families
def test_a_family_is_in_the_order_of_its_ranks_and_has_one_default_and_one_stock_part(family: Family) -> None:
    ranks = [kind.rank for kind in family.values()]
    assert ranks == sorted(set(ranks))
    assert [name for name, kind in family.items() if name != kind.name] == []
    assert family.default.rank == ranks[0]
    assert not family.default.only_asked
    assert [kind for kind in family.values() if kind.is_stock] == [family.stock]


@families
def test_a_record_is_what_it_is_and_a_name_that_there_is_not_is_told(family: Family) -> None:
    for kind in family.values():
        assert family.find(kind) is family.find(kind.name) is kind
        assert pickle.loads(pickle.dumps(kind)) is kind
    with pytest.raises(
        SpecError, match=f"`{family.option}`: got 'other'; must be one of {', '.join(family)}"
    ):
        family.find("other")


@loaders
@pytest.mark.parametrize("padded", [False, True])
def test_closed_forms_of_a_loader_take_arrays(kind: LoaderKind, padded: bool) -> None:
    sizes = (N_KEYS, WORD_BITS, 4 if kind.has_blocks else 1, padded)
    for name in ("load", "own_unload"):
        costs = getattr(kind, name)(*sizes)
        assert isinstance(costs, Costs)
        for figure in ("toffoli", "measurement", "qubits"):
            assert np.broadcast_to(getattr(costs, figure), N_KEYS.shape).min() >= 0, (name, figure)
        assert (costs.qubits >= WORD_BITS).all()
    figures = {"xored_bits": kind.xored_bits(*sizes)}
    for name in ("measured_bits", "kept_bits", "load_t_depth", "own_unload_t_depth"):
        figures[name] = (getattr(kind, name)(*sizes),)
    for name, parts in figures.items():
        for part in parts:
            bits = np.broadcast_to(part, N_KEYS.shape)
            assert [int(each) >= 0 for each in bits] == [True] * len(N_KEYS), name


@loaders
def test_leading_terms_are_of_every_cost(kind: LoaderKind) -> None:
    assert kind.leading is not None
    assert set(kind.leading(Symbols())) == {"toffoli", "t_depth", "clifford_depth", "measurement", "qubits"}


@loaders
@pytest.mark.parametrize("padding", ["off", "on"])
def test_a_loader_is_made_of_the_class_it_names(kind: LoaderKind, padding: str) -> None:
    circuit = Circuit(loader=kind, block_size=2 if kind.has_blocks else None, padding=padding)
    table = KeyTable(n_keys=5, head_dim=2, key_bits=3)
    load = load_of(circuit, table)
    assert type(load) is bloq_class(kind.bloq)
    assert isinstance(load, KeyLoad)
    assert (load.table, load.padded, load.has_fix_up) == (table, circuit.padded, kind.has_fix_up)
    assert {name: getattr(load, name) for name in kind.arguments} == dict(kind.arguments)


@inner_products
def test_a_sum_is_made_of_the_class_it_names(kind: InnerProductKind) -> None:
    product = inner_product_of(Circuit(inner_product=kind), (3, -1), 4, 3)
    assert type(product) is bloq_class(kind.bloq)
    assert isinstance(product, InnerProduct)
    assert product.adjoint().adjoint() == product


@inner_products
def test_closed_forms_of_a_sum_are_of_every_row(kind: InnerProductKind) -> None:
    figures = kind.figures(SUMS)
    assert isinstance(figures, SumFigures)
    assert {getattr(figures, name).shape for name in fields_of(SumFigures)} == {(2,)}
    most = kind.most_toffoli(3, 4, 3, int(SUMS.widths().max()))
    assert ((figures.ands + figures.again) <= most).all()
    if kind.t_depth is not None:
        layers = kind.t_depth(SUMS, np.arange(2), np.ones(2, dtype=int))
        assert (layers > 0).all()
        assert (layers <= figures.ands + figures.again).all()


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind, name)
        for kind in (LOADERS.default, INNER_PRODUCTS.default)
        for name in fields_of(type(kind))
        if name != "remake"
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_record_without_one_of_its_parts_cannot_be_made(kind: Any, name: str) -> None:
    whole = {field: getattr(kind, field) for field in fields_of(type(kind))}
    assert type(kind)(**whole) == kind
    del whole[name]
    with pytest.raises(TypeError, match=f"'{name}'"):
        type(kind)(**whole)
