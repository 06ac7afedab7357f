"""`TurnOracle`: several query rows on one loaded key, one after another."""

from functools import cached_property
from typing import ClassVar

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QBit, Register, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import XGate, ZGate
from qualtran.drawing import Text, TextBox, WireSymbol

from qattention.errors import SpecError, bad

from .heavy_key_oracle import HeavyKeyOracle
from .inner_product import InnerProduct
from .key_table import KeyTable
from .made_of import inner_product_of
from .several_rows import SeveralRows
from .storing import flat_rows


@attrs.frozen
class NotSign(Bloq):
    """|sign> -> -(-1)**sign |sign>: the phase of a row whose sum is not negative."""

    @cached_property
    def signature(self) -> Signature:
        return Signature([Register("sign", QBit())])

    def adjoint(self) -> "NotSign":
        return self

    def build_composite_bloq(self, bb: BloqBuilder, sign: SoquetT) -> dict[str, SoquetT]:
        for bloq in (XGate(), ZGate(), XGate()):
            sign = bb.add(bloq, q=sign)
        return {"sign": sign}

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        return {XGate(): 2, ZGate(): 1}

    def on_classical_vals(self, sign):  # type: ignore[no-untyped-def]
        return {"sign": sign}

    def basis_state_phase(self, sign):  # type: ignore[no-untyped-def]
        return 1 if sign else -1

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else TextBox("± ≥0")

    def __str__(self) -> str:
        return "NotSign"


@attrs.frozen
class TurnOracle(SeveralRows):
    """|j> -> (-1)**(number of rows r with <q_r, k_j> >= T_r, and [j in excluded]) |j>.

    The key is loaded once. Each row in turn makes its sum, gives its phase and measures its adders away, so
    that one tree's wires serve all rows. A key that is heavy for an even number of rows keeps its phase: it
    escapes this search, and whoever uses it must look for such keys elsewhere (`PairOracle`).

    Args:
        base: the oracle of the first row; table, circuit and exclusion are its. A key is excluded where an
            odd number of its rows are known.
        others: (q, T) of the further rows; kept as (*q, T).

    Registers:
        address: m bits.

    Costs: load and unload once, and every row's sum.

    Raises:
        SpecError: another angle than pi, or another exclusion than `fix-up`.
    """

    part: ClassVar[str] = "oracle"  # its name in paths of parts

    base: HeavyKeyOracle
    others: tuple[tuple[int, ...], ...] = attrs.field(default=(), converter=flat_rows)

    def __attrs_post_init__(self) -> None:
        if not self.base.is_sign or self.base.exclusion != "fix-up":
            raise SpecError(bad("exclusion", self.base.exclusion, "fix-up and the sign alone: rows in turn"))

    def adjoint(self) -> "TurnOracle":
        return self

    @property
    def is_sign(self) -> bool:
        """Always true: each row turns the phase by -1."""
        return True

    @property
    def exclusion(self) -> str:
        """How found keys are left out."""
        return self.base.exclusion

    @property
    def unload(self) -> Bloq:
        """The fix-up flips `excluded`, and padding whose zero key is heavy for an odd number of rows."""
        odd = sum(threshold <= 0 for _, threshold in self.rows) % 2
        return attrs.evolve(self.base, threshold=0 if odd else 1).unload

    @property
    def inner_products(self) -> tuple[InnerProduct, ...]:
        """The sum of each row, in their order."""
        return tuple(inner_product_of(self.circuit, *row, self.base.widths) for row in self.rows)

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        loaded = self.base.add_load(bb, address)
        for product in self.inner_products:
            held = bb.add_d(product, key=loaded["key"])
            held["sign"] = bb.add(NotSign(), sign=held["sign"])
            loaded["key"] = bb.add(product.adjoint(), **held)
        return {"address": bb.add(self.unload, **loaded)}

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        counts: dict[Bloq, int] = dict.fromkeys([*self.base.load_parts, self.unload], 1)
        counts[NotSign()] = len(self.rows)
        for product in self.inner_products:
            for bloq in (product, product.adjoint()):
                counts[bloq] = counts.get(bloq, 0) + 1
        return counts

    def is_marked(self, address: int) -> bool:
        """Whether the address gets the phase."""
        if address >= int(self.table.n_keys):
            return False
        key = self.table.values[address]
        heavy = sum(product.acc(key) >= 0 for product in self.inner_products)
        return bool((heavy + (address in self.excluded)) % 2)

    def on_classical_vals(self, address):  # type: ignore[no-untyped-def]
        return {"address": address}

    def basis_state_phase(self, address):  # type: ignore[no-untyped-def]
        return -1 if self.is_marked(int(address)) else 1

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else TextBox(f"± odd of {len(self.rows)}")

    def __str__(self) -> str:
        return "TurnOracle"


@bloq_example
def _not_sign() -> NotSign:
    not_sign = NotSign()
    return not_sign


@bloq_example
def _turn_oracle() -> TurnOracle:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1], [2, 2]])
    base = HeavyKeyOracle(KeyTable.from_values(keys, 3), weights=(3, -1), threshold=4)
    turn_oracle = TurnOracle(base, others=(((1, 2), 5), ((-2, 0), 3)))
    return turn_oracle
