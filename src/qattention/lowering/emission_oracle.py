"""Direct emission of `HeavyKeyOracle`: its parts' programs one after the other, no bloqs wired up between."""

from __future__ import annotations

import numpy as np
from qualtran import Bloq

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.threshold_flag import ThresholdFlag
from qattention.lowering.assembler import Assembler
from qattention.lowering.emission_loads import Emission, Lower
from qattention.lowering.located import located
from qattention.lowering.program import GateProgram, Wires

_MEASURED = {"outcomes": "junk"}  # what measuring the load's junk gives takes its place
_SUMMED = {"junk": "carries"}  # the sum's junk is not the load's
_FLAGGED = {"q": "flag"}


class _Chain:
    """Parts spliced in order; a register keeps its name from part to part, unless renamed."""

    def __init__(self, lower: Lower, asm: Assembler, held: dict[str, Wires]) -> None:
        self.lower, self.asm, self.held = lower, asm, held

    def play(self, bloq: Bloq, names: dict[str, str] | None = None) -> None:
        program, names = self.lower(bloq), names or {}
        taken = [*program.inputs, *program.cbit_inputs]
        given = {name: self.held.pop(names.get(name, name)) for name in taken}
        outputs = self.asm.splice(program, given, given)
        self.held |= {names.get(name, name): wires for name, wires in outputs.items()}


def _emit_oracle(bloq: HeavyKeyOracle, lower: Lower) -> GateProgram:
    asm, product = Assembler(), bloq.inner_product
    address = asm.wires(int(bloq.table.address_bits))
    chain = _Chain(lower, asm, {"address": address})
    with located(bloq):
        for part in bloq.load_parts:
            chain.play(part, _MEASURED)
        words = chain.held["key"]
        if bloq.exclusion == "live":
            chain.held |= {"key": words[:-1], "live": words[-1]}
        chain.play(product, _SUMMED)
        chain.play(ThresholdFlag())
        chain.play(bloq.mark, _FLAGGED)
        chain.play(ThresholdFlag().adjoint())
        chain.play(product.adjoint(), _SUMMED)
        if bloq.exclusion == "live":
            chain.held["key"] = np.append(chain.held["key"], chain.held.pop("live"))
        for part in (bloq.unload, *bloq.afterwards):
            chain.play(part)
    return asm.finish({"address": address}, chain.held)


ORACLES: dict[type[Bloq], Emission] = {HeavyKeyOracle: _emit_oracle}
