"""Direct emission of the hot bloqs: the same gates in the same order as their decompositions, as arrays.

Here are that of the oracle, whose parts' programs follow one another with no bloqs wired up between, and the
table of all.

Apart from `lower` because rules that write a bloq's gates at once are many, and lowering any bloq needs
none of them.
"""

from __future__ import annotations

import math
from functools import lru_cache

import attrs
import numpy as np
from qualtran import Bloq

from qattention.bloqs.bucket_tree import BucketTree
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.inner_product import InnerProduct
from qattention.bloqs.square_sum import SquareSum
from qattention.bloqs.threshold_flag import ThresholdFlag
from qattention.lowering.assembler import Assembler, located
from qattention.lowering.emission_loads import LOADS, Emission, Lower
from qattention.lowering.emission_networks import NETWORKS
from qattention.lowering.emission_sums import emit_inner_product, emit_square_sum, sum_there_and_back
from qattention.lowering.emission_trees import TREES
from qattention.lowering.program import GateProgram, Wires

_MEASURED = {"outcomes": "junk"}  # what measuring the load's junk gives takes its place
_FLAGGED = {"q": "flag"}


class _Chain:
    """Parts spliced in order; a register keeps its name from part to part, unless renamed."""

    def __init__(self, lower: Lower, asm: Assembler, held: dict[str, Wires]) -> None:
        self.lower, self.asm, self.held = lower, asm, held

    def play(self, bloq: Bloq, names: dict[str, str] | None = None) -> None:
        self.splice(self.lower(bloq), names or {})

    def splice(self, program: GateProgram, names: dict[str, str]) -> None:
        taken = [*program.inputs, *program.cbit_inputs]
        given = {name: self.held.pop(names.get(name, name)) for name in taken}
        outputs = self.asm.splice(program, given, given)
        self.held |= {names.get(name, name): wires for name, wires in outputs.items()}


def _load(chain: _Chain, bloq: HeavyKeyOracle) -> None:
    for part in bloq.load_parts:
        chain.play(part, _MEASURED)
    if bloq.exclusion == "live":
        words = chain.held["key"]
        chain.held |= {"key": words[:-1], "live": words[-1]}


@lru_cache(maxsize=16)
def _flagged(mark: Bloq, key_shape: tuple[int, ...], lower: Lower) -> GateProgram:
    """The flag of a sign, its phase, and the flag given back: the same whatever the sum.

    Its wires are the key's, which no gate of it touches, those of what else the mark takes, and the sign's.
    """
    asm = Assembler()
    beside = {r.name: int(r.total_bits()) for r in mark.signature if r.name in ("live", "address")}
    sizes = {"key": math.prod(key_shape)} | beside | {"sign": 1}
    given = {name: asm.wires(n_bits) for name, n_bits in sizes.items()}
    given["key"] = given["key"].reshape(key_shape)
    chain = _Chain(lower, asm, dict(given))
    chain.play(ThresholdFlag())
    chain.play(mark, _FLAGGED)
    chain.play(ThresholdFlag().adjoint())
    return asm.finish(given, chain.held)


def mark_program(bloq: HeavyKeyOracle, lower: Lower) -> GateProgram:
    """What comes between load and unload, on the key (and live bit or address) that the load puts out."""
    with located(bloq):
        return _summed(bloq.inner_product, bloq.mark, lower)


def _summed(product: InnerProduct, mark: Bloq, lower: Lower) -> GateProgram:
    """In one pass where the sum is a plan of adders, and what is done with its sign names no span."""
    flagged = _flagged(mark, product.key_shape, lower)
    given = {name: wires for name, wires in flagged.inputs.items() if name != "sign"}
    if EMISSIONS.get(type(product)) is not emit_inner_product or flagged.spans:
        asm = Assembler()
        given = {name: asm.wires(wires.size).reshape(wires.shape) for name, wires in given.items()}
        chain = _Chain(lower, asm, dict(given))
        chain.play(product)
        chain.splice(flagged, {})
        chain.play(product.adjoint())
        return asm.finish(given, chain.held)
    plan = product.plan
    return attrs.evolve(
        flagged,
        code=sum_there_and_back(plan, flagged, math.prod(product.key_shape)),
        n_wires=flagged.n_wires + plan.n_junk,
        n_cbits=flagged.n_cbits + plan.n_ands,
        inputs=given,
        outputs=given,
    )


def _unload(chain: _Chain, bloq: HeavyKeyOracle) -> None:
    if bloq.exclusion == "live":
        chain.held["key"] = np.append(chain.held["key"], chain.held.pop("live"))
    for part in (bloq.unload, *bloq.afterwards):
        chain.play(part)


def oracle_program(bloq: HeavyKeyOracle, lower: Lower, marks: bool = True) -> GateProgram:
    """Load, mark, unload; without marks load and unload alone, the same gates on other wires."""
    asm = Assembler()
    address = asm.wires(int(bloq.table.address_bits))
    chain = _Chain(lower, asm, {"address": address})
    with located(bloq):
        _load(chain, bloq)
        if marks:
            chain.splice(mark_program(bloq, lower), {})
        _unload(chain, bloq)
    return asm.finish({"address": address}, chain.held)


def load_program(bloq: HeavyKeyOracle, lower: Lower) -> GateProgram:
    """What comes before the marks: address to address, key and what else is held there."""
    asm = Assembler()
    address = asm.wires(int(bloq.table.address_bits))
    chain = _Chain(lower, asm, {"address": address})
    with located(bloq):
        _load(chain, bloq)
    bits = {"outcomes": chain.held.pop("junk")} if bloq.measures_junk else {}
    return asm.finish({"address": address}, chain.held, {}, bits)


def _emit_oracle(bloq: HeavyKeyOracle, lower: Lower) -> GateProgram:
    return oracle_program(bloq, lower)


EMISSIONS: dict[type[Bloq], Emission] = {
    InnerProduct: emit_inner_product,
    BucketTree: emit_inner_product,
    SquareSum: emit_square_sum,
    HeavyKeyOracle: _emit_oracle,
    **LOADS,
    **NETWORKS,
    **TREES,
}
