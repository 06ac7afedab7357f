"""`own_loader`: a loader of the user's own as a record of the family, filled from its bloq and its gates."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from itertools import product
from typing import Any

import attrs
import numpy as np
from numpy.typing import ArrayLike
from qualtran import Bloq, DecomposeNotImplementedError, DecomposeTypeError
from qualtran.resource_counting import QubitCount, get_cost_value

from qattention.bloqs.contained import reason_of
from qattention.bloqs.key_load import KeyLoad
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.measured_unload import MeasuredUnload
from qattention.bloqs.user_load import load_class
from qattention.circuit import LOADERS, LoaderKind
from qattention.circuit.kinds import Margin, SizedCosts, SizedInts
from qattention.compiler.costs import BloqCounts, bloq_counts
from qattention.costs import AnyIntArray, Costs, IntArray
from qattention.errors import SpecError, bad
from qattention.formulas import measured_unload
from qattention.formulas.clifford_depth import PER_LAYER, measured_unload_clifford_depth
from qattention.formulas.load_cliffords import expected_ones
from qattention.formulas.measured_unload import measured_unload_t_depth
from qattention.lowering.lower import lower
from qattention.lowering.resources import count
from qattention.lowering.schedule import schedule

MAX_TABLE_BITS = 2**18  # n w of a table made up to be lowered: a second or two
SEED = 1
TRIED, TRIED_BITS = (1, 2, 5, 16), 3  # keys and word bits of the tables that are tried first

PartOf = Callable[[KeyLoad], Bloq]


def named_loader(choice: str | LoaderKind) -> LoaderKind:
    """The loader of the family that has this name, or of the user's own where it is a path.

    Raises:
        SpecError: see `own_loader`; there is none of that name.
    """
    return own_loader(choice) if isinstance(choice, str) and ":" in choice else LOADERS.find(choice)


@lru_cache(maxsize=64)
def own_loader(path: str) -> LoaderKind:
    """The record of `package.module:Class`; it takes the place of a name wherever a loader's name is taken.

    Counts come from its call graph, at any n if that needs no data; wires and depths from its gates, for a
    random table. Beyond MAX_TABLE_BITS both are what its `at_scale` says, or else Qualtran's count of wires,
    and a T layer a Toffoli; Clifford layers then are bounded by a gate or measurement each.

    Raises:
        SpecError: see `load_class`; a circuit that cannot be built or lowered, or is not as `at_scale` says.
    """
    found = load_class(path)
    for n_keys, padded in product(TRIED, (False, True)):
        _try_out(path, found, n_keys, padded)
    return LoaderKind(
        name=path,
        rank=len(LOADERS),
        bloq=path,
        arguments={},
        has_blocks=False,
        is_device=False,
        is_stock=False,
        only_asked=False,
        inverts=False,
        in_symbols=False,
        has_fix_up=found.has_fix_up,
        leading=None,
        how=f"by {path}",
        source="the user's loader",
        limits="No closed form: counted from its call graph, wires and depths from its gates.",
        remake=own_loader,
        **_closed_forms(path, found),
    )


def _try_out(path: str, found: type[KeyLoad], n_keys: int, padded: bool) -> None:
    """Build, lower and count load and unload of a small table."""
    load = _random_load(found, n_keys, TRIED_BITS, padded)
    said = f"{n_keys} keys of {TRIED_BITS} bits" + (", padded" if padded else "")
    try:
        told, built = load.at_scale(), _built(load, None)[:2]
        for bloq in (load, load.adjoint()):
            bloq_counts(bloq)
            lower(bloq)
    except Exception as error:  # whatever the user's class raises
        raise SpecError(
            bad("loader", path, f"a circuit that can be built ({said}: {reason_of(error)})")
        ) from error
    if told is not None and tuple(told) != built:
        allowed = f"a class whose `at_scale` is that of its gates ({said}: {told}, not {built})"
        raise SpecError(bad("loader", path, allowed))


def _random_load(found: type[KeyLoad], n: int, w: int, padded: bool) -> KeyLoad:
    values = -np.random.default_rng(SEED).integers(0, 2, (n, w))
    return found(KeyTable.from_values(values, 1), padded=padded)


Shape = tuple[int, int, int]  # T depth, most wires alive at once, Clifford depth


def _built(bloq: Bloq, per_layer: int | None) -> Shape:
    """Of its gates, so many Cliffords a layer at most."""
    program = lower(bloq)
    layers = schedule(program, parallelism=per_layer)
    return layers.t_depth, count(program).qubits, layers.clifford_depth


@attrs.frozen(kw_only=True)
class _Figures:
    """Of a load or unload at one size."""

    toffoli: int
    measurement: int
    clifford: int
    t_depth: int
    qubits: int
    clifford_depth: int


def _closed_forms(path: str, found: type[KeyLoad]) -> dict[str, Any]:
    """The fields of the record that are functions of sizes, each counted where it is asked for."""

    @lru_cache(maxsize=4096)
    def xored(n: int, w: int, padded: bool) -> tuple[int]:
        return _xored(found, n, w, padded)

    @lru_cache(maxsize=4096)
    def load_of(n: int, w: int, padded: bool) -> KeyLoad:
        return found(KeyTable(n_keys=n, head_dim=w, key_bits=1), padded=padded)

    @lru_cache(maxsize=4096)
    def figures(part: PartOf, per_layer: int | None, n: int, w: int, padded: bool) -> _Figures:
        random = part(_random_load(found, n, w, padded)) if n * w <= MAX_TABLE_BITS else None
        bloq = part(load_of(n, w, padded))
        counts = _counts(path, bloq, random)
        shape = _at_scale(bloq, counts, per_layer) if random is None else _built(random, per_layer)
        return _Figures(
            toffoli=counts.toffoli,
            measurement=counts.measurement,
            clifford=counts.clifford,
            t_depth=shape[0],
            qubits=shape[1],
            clifford_depth=shape[2],
        )

    def told(part: PartOf, *names: str, per_layer: int | None = PER_LAYER) -> Callable[..., IntArray]:
        """The figures of these names, of every size."""

        def of(*size: Any) -> tuple[int, ...]:
            one = figures(part, per_layer, *size)
            return tuple(getattr(one, name) for name in names)

        return partial(_each, of)

    def costs(part: PartOf) -> SizedCosts:
        each = told(part, "toffoli", "measurement", "qubits")
        return lambda n, w, block, padded: _costs(*each(n, w, padded))

    def layers(part: PartOf, per_layer: int | None) -> Callable[..., IntArray]:
        return told(part, "clifford_depth", per_layer=per_layer)

    def one(part: PartOf, name: str) -> SizedInts:
        return lambda n, w, block, padded: told(part, name)(n, w, padded)[0]

    def own_cliffords(n: ArrayLike, w: ArrayLike, padded: bool) -> AnyIntArray:
        """Of the load without what it XORs in."""
        (whole,), (bits,) = told(_itself, "clifford")(n, w, padded), _each(xored, n, w, padded)
        return np.asarray(whole - expected_ones(bits))

    def sized(of: Callable[[KeyLoad], int]) -> SizedInts:
        return lambda n, w, block, padded: _each(lambda *size: (of(load_of(*size)),), n, w, padded)[0]

    return {
        "load": costs(_itself),
        "load_t_depth": one(_itself, "t_depth"),
        "own_unload": costs(_unload),
        "own_unload_t_depth": one(_unload, "t_depth"),
        "load_cliffords": lambda n, w, block, padded: own_cliffords(n, w, padded),
        "own_unload_cliffords": one(_unload, "clifford"),
        "load_clifford_depth": lambda n, w, block, padded, ones, per_layer: layers(_itself, per_layer)(
            n, w, padded
        )[0],
        "own_unload_clifford_depth": lambda n, w, block, padded, per_layer: layers(_unload, per_layer)(
            n, w, padded
        )[0],
        "load_margin": Margin(),
        "unload_margin": Margin(),
        "table_ones": None,
        "kept_bits": sized(_kept),
        "measured_bits": sized(lambda load: int(load.loaded.word_bits) if load.has_fix_up else 0),
        "xored_bits": lambda n, w, block, padded: (_each(xored, n, w, padded)[0],),
    }


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


def _xored(found: type[KeyLoad], n: int, w: int, padded: bool) -> tuple[int]:
    """Bits XORed where they are set: twice the Cliffords that half of them make, or where that needs data a
    table of ones' beyond one of zeros. Larger tables as one of MAX_TABLE_BITS, bit for bit.
    """
    if n * w > MAX_TABLE_BITS:
        few = max(1, MAX_TABLE_BITS // w)
        width = min(w, MAX_TABLE_BITS)
        return (_xored(found, few, width, padded)[0] * n * w // (few * width),)
    zeros, ones = (found(KeyTable.from_values(np.full((n, w), bit), 1), padded=padded) for bit in (0, -1))
    none = bloq_counts(zeros).clifford
    try:
        half = bloq_counts(found(KeyTable(n_keys=n, head_dim=w, key_bits=1), padded=padded)).clifford
        return (2 * (half - none),)
    except (DecomposeTypeError, DecomposeNotImplementedError, SpecError):
        return (bloq_counts(ones).clifford - none,)


def _at_scale(bloq: Bloq, counts: BloqCounts, per_layer: int | None) -> Shape:
    """Of a load or unload whose table is too large to be lowered."""
    if type(bloq) is MeasuredUnload:
        n, w, padded = int(bloq.table.n_keys), bloq.measured_bits, bloq.padded
        layers = measured_unload_clifford_depth(n, w, padded, per_layer)
        return int(measured_unload_t_depth(n, padded)), int(measured_unload(n, w, padded).qubits), int(layers)
    told = bloq.at_scale() if isinstance(bloq, KeyLoad) else None
    t_depth, qubits = told or (counts.toffoli, int(get_cost_value(bloq, QubitCount())))
    return t_depth, qubits, counts.clifford + counts.measurement


def _kept(load: KeyLoad) -> int:
    """Bits that leave beside address, key and junk."""
    usual = ("address", "key", "junk")
    rights = load.signature.rights()
    return int(sum(register.total_bits() for register in rights if register.name not in usual))
