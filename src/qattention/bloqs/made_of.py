"""The bloqs that a `Circuit` names: its load, unload and inner product."""

from __future__ import annotations

from functools import cache
from importlib import import_module

import attrs
from qualtran import Bloq

from qattention.circuit import UNITARY, Circuit

from .costliest_sum import CostliestSum, UnknownWeights
from .inner_product import InnerProduct
from .inverse_unload import InverseUnload
from .key_load import KeyLoad
from .key_table import KeyTable
from .measured_unload import MeasuredUnload


@cache
def bloq_class(path: str) -> type:
    """The class at "module:Class"; a leading dot is this room."""
    module, _, name = path.partition(":")
    found: type = getattr(import_module(module, __package__), name)
    return found


def load_of(circuit: Circuit, table: KeyTable) -> KeyLoad:
    """The load of a table."""
    kind = circuit.loader
    block = {"block": circuit.block} if kind.has_blocks else {}
    load: KeyLoad = bloq_class(kind.bloq)(table, padded=circuit.padded, **block, **kind.arguments)
    return load


def unload_of(circuit: Circuit, load: KeyLoad) -> Bloq:
    """What gives key and junk back; `unload_block` is for measured unloads, a kept tree needs no walk."""
    if circuit.unload == UNITARY:
        return InverseUnload(load)
    unload = load.adjoint()
    if type(unload) is MeasuredUnload and circuit.unload_block is not None:
        return attrs.evolve(unload, block=circuit.unload_block)
    return unload


def inner_product_of(
    circuit: Circuit,
    weights: tuple[int, ...] | UnknownWeights,
    threshold: int,
    key_bits: int | tuple[int, ...],
) -> InnerProduct | CostliestSum:
    """The bloq of <q, k> - T; of weights that are not known its counts."""
    form = bloq_class(circuit.inner_product.bloq)
    if isinstance(weights, UnknownWeights):
        return CostliestSum(form, weights, key_bits)
    product: InnerProduct = form(weights, threshold, key_bits)
    return product
