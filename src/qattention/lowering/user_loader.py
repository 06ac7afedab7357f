"""`adopt_loader`: a user's loader becomes one of the family, its costs counted instead of written down."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from itertools import product

import numpy as np
from numpy.typing import ArrayLike
from qualtran import Bloq, DecomposeNotImplementedError, DecomposeTypeError
from qualtran.resource_counting import QubitCount, get_cost_value

from qattention.bloqs.key_load import KeyLoad
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.loaders import LOADERS
from qattention.bloqs.measured_unload import MeasuredUnload
from qattention.bloqs.user_load import load_class
from qattention.compiler.costs import BloqCounts, bloq_counts
from qattention.errors import SpecError, bad
from qattention.formulas import Costs, measured_unload
from qattention.formulas.costs import IntArray
from qattention.formulas.loaders import FORMS, Form
from qattention.formulas.t_depth import measured_unload_t_depth
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule
from qattention.plan.loader_names import FORM_NAMES

MAX_TABLE_BITS = 2**18  # n w of a table made up to be lowered: a second or two
SEED = 1
TRIED, TRIED_BITS = (1, 2, 5, 16), 3  # keys and word bits of the tables that are tried first

MOST_TOLD = 200  # characters of an error that is not of this package: Qualtran's name every wire

Part = Callable[[KeyLoad], Bloq]


def adopt_loader(path: str) -> None:
    """Let `package.module:Class` be used by its name wherever a loader's name is.

    Counts come from its call graph, at any n if that needs no data; wires and depths from its gates, for a
    random table. Beyond MAX_TABLE_BITS both are what its `at_scale` says, or else Qualtran's count of wires,
    and a T layer a Toffoli.

    Raises:
        SpecError: see `load_class`; a circuit that cannot be built or lowered, or is not as `at_scale` says.
    """
    found = load_class(path)
    for n_keys, padded in product(TRIED, (False, True)):
        _try_out(path, found, n_keys, padded)
    LOADERS[path] = lambda table, block, padded: found(table, padded)
    FORMS[path] = _form(path, found)
    FORM_NAMES[path] = path


def _try_out(path: str, found: type[KeyLoad], n_keys: int, padded: bool) -> None:
    """Build, lower and count load and unload of a small table."""
    load = _random_load(found, n_keys, TRIED_BITS, padded)
    said = f"{n_keys} keys of {TRIED_BITS} bits" + (", padded" if padded else "")
    try:
        told, built = load.at_scale(), _built(load)
        for bloq in (load, load.adjoint()):
            bloq_counts(bloq)
            lower(bloq)
    except Exception as error:  # whatever the user's class raises
        reason = f"{type(error).__name__}: {error}".splitlines()[0][:MOST_TOLD]
        raise SpecError(bad("loader", path, f"a circuit that can be built ({said}: {reason})")) from error
    if told is not None and tuple(told) != built:
        allowed = f"a class whose `at_scale` is that of its gates ({said}: {told}, not {built})"
        raise SpecError(bad("loader", path, allowed))


def _random_load(found: type[KeyLoad], n: int, w: int, padded: bool) -> KeyLoad:
    values = -np.random.default_rng(SEED).integers(0, 2, (n, w))
    return found(KeyTable.from_values(values, 1), padded)


def _built(bloq: Bloq) -> tuple[int, int]:
    """(T depth, most wires alive at once) of its gates."""
    program = lower(bloq)
    return schedule(program).t_depth, count(program).qubits


def _form(path: str, found: type[KeyLoad]) -> Form:
    @lru_cache(maxsize=4096)
    def load_of(n: int, w: int, padded: bool) -> KeyLoad:
        return found(KeyTable(n_keys=n, head_dim=w, key_bits=1), padded)

    @lru_cache(maxsize=4096)
    def figures(part: Part, n: int, w: int, padded: bool) -> tuple[int, int, int, int]:
        """Toffoli, measurements, wires and T depth."""
        small = n * w <= MAX_TABLE_BITS
        random = part(_random_load(found, n, w, padded)) if small else None
        bloq = part(load_of(n, w, padded))
        counts = _counts(path, bloq, random)
        depth, qubits = _at_scale(bloq, counts) if random is None else _built(random)
        return counts.toffoli, counts.measurement, qubits, depth

    def costs(part: Part) -> Callable[[ArrayLike, ArrayLike, int, bool], Costs]:
        return lambda n, w, block, padded: _costs(*_each(partial(figures, part), n, w, padded)[:3])

    def depth(part: Part) -> Callable[[ArrayLike, ArrayLike, int, bool], IntArray]:
        return lambda n, w, block, padded: _each(partial(figures, part), n, w, padded)[3]

    return Form(
        load=costs(_itself),
        load_t_depth=depth(_itself),
        unload=costs(_unload),
        unload_t_depth=depth(_unload),
        kept_bits=lambda n, w, block, padded: _each(lambda *size: (_kept(load_of(*size)),), n, w, padded)[0],
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


def _counts(path: str, bloq: Bloq, random: Bloq | None) -> BloqCounts:
    """Of the call graph without data, or of one with a random table where it needs data."""
    try:
        return bloq_counts(bloq)
    except (DecomposeTypeError, DecomposeNotImplementedError, SpecError) as error:
        if random is not None:
            return bloq_counts(random)
        allowed = "at most 2**18: write `build_call_graph`, so that counting needs no data"
        raise SpecError(bad(f"{path}: n w", "more than 2**18 bits", allowed)) from error


def _at_scale(bloq: Bloq, counts: BloqCounts) -> tuple[int, int]:
    """(T depth, wires) of a load or unload whose table is too large to be lowered."""
    if type(bloq) is MeasuredUnload:
        n, padded = int(bloq.table.n_keys), bloq.padded
        return (
            int(measured_unload_t_depth(n, padded)),
            int(measured_unload(n, bloq.measured_bits, padded).qubits),
        )
    told = bloq.at_scale() if isinstance(bloq, KeyLoad) else None
    return told or (counts.toffoli, int(get_cost_value(bloq, QubitCount())))


def _kept(load: KeyLoad) -> int:
    """Bits that leave beside address, key and junk."""
    usual = ("address", "key", "junk")
    rights = load.signature.rights()
    return int(sum(register.total_bits() for register in rights if register.name not in usual))
