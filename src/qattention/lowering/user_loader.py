"""`adopt_loader`: a user's loader becomes one of the family, its costs counted instead of written down."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from qualtran import Bloq, DecomposeNotImplementedError, DecomposeTypeError
from qualtran.resource_counting import QubitCount, get_cost_value

from qattention.bloqs.key_load import KeyLoad
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import LOADERS
from qattention.bloqs.user_load import load_class
from qattention.compiler.costs import BloqCounts, bloq_counts
from qattention.errors import SpecError, bad
from qattention.formulas import Costs
from qattention.formulas.costs import IntArray
from qattention.formulas.loaders import FORMS, Form
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule
from qattention.plan.loader_names import FORM_NAMES

MAX_TABLE_BITS = 2**18  # n w of a table made up to be lowered: a second or two
SEED = 1

Part = Callable[[KeyLoad], Bloq]


def adopt_loader(path: str) -> None:
    """Let `package.module:Class` be used by its name wherever a loader's name is.

    Counts come from its call graph, at any n if that needs no data; wires and depths from its gates, for a
    random table, or beyond MAX_TABLE_BITS wires from Qualtran's count.

    Raises:
        SpecError: see `load_class`.
    """
    found = load_class(path)
    LOADERS[path] = lambda table, block, padded: found(table, padded)
    FORMS[path] = _form(path, found)
    FORM_NAMES[path] = path


def _form(path: str, found: type[KeyLoad]) -> Form:
    @lru_cache(maxsize=4096)
    def load_of(n: int, w: int, padded: bool, with_data: bool) -> KeyLoad:
        table = KeyTable(n_keys=n, head_dim=w, key_bits=1)
        if with_data:
            _require_small(path, n, w)
            values = -np.random.default_rng(SEED).integers(0, 2, (n, w))
            table = KeyTable.from_values(values, 1)
        return found(table, padded)

    def costs(part: Part) -> Callable[[ArrayLike, ArrayLike, int, bool], Costs]:
        @lru_cache(maxsize=4096)
        def one(n: int, w: int, padded: bool) -> tuple[int, int, int]:
            counts = _counts(lambda with_data: part(load_of(n, w, padded, with_data)))
            return counts.toffoli, counts.measurement, _qubits(part, load_of, n, w, padded)

        return lambda n, w, block, padded: _costs(*_each(one, n, w, padded))

    def depth(part: Part) -> Callable[[ArrayLike, ArrayLike, int, bool], IntArray]:
        @lru_cache(maxsize=4096)
        def one(n: int, w: int, padded: bool) -> tuple[int]:
            return (schedule(lower(part(load_of(n, w, padded, True)))).t_depth,)

        return lambda n, w, block, padded: _each(one, n, w, padded)[0]

    return Form(
        load=costs(_itself),
        load_t_depth=depth(_itself),
        unload=costs(_unload),
        unload_t_depth=depth(_unload),
        kept_bits=lambda n, w, block, padded: _each(
            lambda *size: (_kept(load_of(*size, False)),), n, w, padded
        )[0],
    )


def _costs(toffoli: IntArray, measurement: IntArray, qubits: IntArray) -> Costs:
    return Costs(toffoli=toffoli, measurement=measurement, qubits=qubits)


def _itself(load: KeyLoad) -> Bloq:
    return load


def _unload(load: KeyLoad) -> Bloq:
    return load.adjoint()


def _each(
    one: Callable[[int, int, bool], tuple[int, ...]], n: ArrayLike, w: ArrayLike, padded: bool
) -> IntArray:
    """`one` of every size, shape (figures, *shape of the sizes)."""
    sizes = np.broadcast_arrays(np.asarray(n), np.asarray(w))
    found = [one(int(a), int(b), padded) for a, b in zip(*(x.reshape(-1) for x in sizes), strict=True)]
    return np.array(found, dtype=object).T.reshape(-1, *sizes[0].shape).astype(np.int64)


def _counts(of: Callable[[bool], Bloq]) -> BloqCounts:
    """Of the call graph without data, or of one with a random table where it needs data."""
    try:
        return bloq_counts(of(False))
    except (DecomposeTypeError, DecomposeNotImplementedError, SpecError):
        return bloq_counts(of(True))


def _qubits(part: Part, load_of: Callable[..., KeyLoad], n: int, w: int, padded: bool) -> int:
    if n * w <= MAX_TABLE_BITS:
        return count(lower(part(load_of(n, w, padded, True)))).qubits
    return int(get_cost_value(part(load_of(n, w, padded, False)), QubitCount()))


def _kept(load: KeyLoad) -> int:
    """Bits that leave beside address, key and junk."""
    usual = ("address", "key", "junk")
    rights = load.signature.rights()
    return int(sum(register.total_bits() for register in rights if register.name not in usual))


def _require_small(path: str, n: int, w: int) -> None:
    if n * w > MAX_TABLE_BITS:
        allowed = "at most 2**18: write `build_call_graph`, so that counting needs no data"
        raise SpecError(bad(f"{path}: n w", n * w, allowed))
