"""`SharedOracle`: several query rows on one loaded key."""

from functools import cached_property
from typing import ClassVar

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QBit, Register, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import CZ, XGate, ZGate
from qualtran.bloqs.mcmt import And
from qualtran.drawing import Text, TextBox, WireSymbol

from qattention.errors import SpecError, bad

from .any_flag import AnyFlag
from .heavy_key_oracle import HeavyKeyOracle
from .inner_product import InnerProduct
from .key_table import KeyTable
from .made_of import inner_product_of
from .several_rows import SeveralRows
from .storing import flat_rows


@attrs.frozen
class NotAll(Bloq):
    """|s> -> (-1)**[some bit of s is 0] |s>: the sign where any of the rows is heavy.

    Registers:
        signs: shape (n_bits,).

    Costs: max(0, n_bits - 2) And's.
    """

    n_bits: int

    @cached_property
    def signature(self) -> Signature:
        return Signature([Register("signs", QBit(), shape=(self.n_bits,))])

    def adjoint(self) -> "NotAll":
        return self

    def build_composite_bloq(self, bb: BloqBuilder, signs: SoquetT) -> dict[str, SoquetT]:
        """Turn the phase everywhere by -1 (Z X Z X), and by -1 once more where all bits are 1."""
        for bloq in (XGate(), ZGate(), XGate(), ZGate()):
            signs[0] = bb.add(bloq, q=signs[0])
        if self.n_bits == 1:
            return {"signs": np.array([bb.add(ZGate(), q=signs[0])])}
        chain = [signs[0]]
        for i in range(1, self.n_bits - 1):
            (chain[-1], signs[i]), new = bb.add(And(), ctrl=[chain[-1], signs[i]])
            chain.append(new)
        chain[-1], signs[-1] = bb.add(CZ(), q1=chain[-1], q2=signs[-1])
        for i in reversed(range(1, self.n_bits - 1)):
            new = chain.pop()
            chain[-1], signs[i] = bb.add(And().adjoint(), ctrl=[chain[-1], signs[i]], target=new)
        signs[0] = chain[0]
        return {"signs": signs}

    def on_classical_vals(self, signs):  # type: ignore[no-untyped-def]
        return {"signs": signs}

    def basis_state_phase(self, signs):  # type: ignore[no-untyped-def]
        return 1 if np.all(signs) else -1

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else TextBox("any 0")

    def __str__(self) -> str:
        return "NotAll"


@attrs.frozen
class SharedOracle(SeveralRows):
    """|j> -> exp(i angle ([any row has <q_r, k_j> >= T_r] XOR [j in excluded])) |j>.

    The key is loaded once; the rows' sums are computed one beside the other, all their adders kept, and the
    union of their find sets is marked. A key that is found is checked classically for every row. An XOR of
    the rows' phases would need no sum to wait, but a key heavy for two rows would escape it.

    Args:
        base: the oracle of the first row; from it come table, circuit and angle.
        others: (q, T) of the further rows; kept as (*q, T).

    Registers:
        address: m bits.

    Costs: load and unload once, every row's inner product, and R - 2 And's for R rows, R - 1 for another
    angle than pi (the flag of the union then takes a rotation); the sums wait on about one qubit an And.

    Raises:
        SpecError: another angle than pi with `fix-up`: no word is the lightest of several rows; or with
            padding that counts as heavy.
    """

    part: ClassVar[str] = "oracle"  # its name in paths of parts

    base: HeavyKeyOracle
    others: tuple[tuple[int, ...], ...] = attrs.field(converter=flat_rows)

    def __attrs_post_init__(self) -> None:
        if self.is_sign or len(self.rows) == 1 or self.exclusion == "live":
            return
        allowed = "live or circuit for an angle other than pi with several rows"
        if self.base.exclusion == "fix-up":
            raise SpecError(bad("exclusion", "fix-up", allowed))
        if self.padded and min(threshold for _, threshold in self.rows) <= 0:
            raise SpecError(bad("padded", True, "False: the padding's zero key is heavy for a row"))

    def adjoint(self) -> "SharedOracle":
        return self if self.is_sign else attrs.evolve(self, base=self.base.adjoint())

    @property
    def is_sign(self) -> bool:
        """Whether the phase is -1, which takes no rotation."""
        return self.base.is_sign

    @property
    def turns_excluded(self) -> bool:
        """Whether found keys are left out by turning their phase back."""
        return self.base.turns_excluded

    @property
    def exclusion(self) -> str:
        """How found keys are left out."""
        return self.base.exclusion

    @property
    def load(self) -> Bloq:
        """The look-up of a key, made once for all rows."""
        return self.base.load

    @property
    def loading(self) -> HeavyKeyOracle:
        """The base with the least threshold: padding is marked if the zero key is heavy for any row."""
        return attrs.evolve(self.base, threshold=min(threshold for _, threshold in self.rows))

    @property
    def unload(self) -> Bloq:
        """Its undoing."""
        return self.loading.unload

    @property
    def inner_products(self) -> tuple[InnerProduct, ...]:
        """The sum of each row, in their order."""
        widths = self.base.widths
        return tuple(inner_product_of(self.circuit, *row, widths) for row in self.rows)

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        loaded = self.base.add_load(bb, address)
        held = []
        for product in self.inner_products:
            out = bb.add_d(product, key=loaded["key"])
            loaded["key"] = out.pop("key")
            held.append(out)
        signs = self._add_phase(bb, loaded, np.array([out["sign"] for out in held]))
        for product, out, sign in reversed(list(zip(self.inner_products, held, signs, strict=True))):
            loaded["key"] = bb.add(product.adjoint(), **{**out, "sign": sign}, key=loaded["key"])
        return {"address": self.loading.add_unload(bb, loaded)}

    def _add_phase(self, bb: BloqBuilder, loaded: dict[str, SoquetT], signs: SoquetT) -> SoquetT:
        if not self.is_flagged:
            return bb.add(NotAll(len(signs)), signs=signs)
        out = bb.add_d(AnyFlag(len(signs)), signs=signs)
        out["flag"] = self.base.add_mark(bb, loaded, out["flag"])
        return bb.add(AnyFlag(len(signs)).adjoint(), **out)

    @property
    def is_flagged(self) -> bool:
        """Whether the union needs a flag of its own."""
        return not self.is_sign or self.exclusion == "live"

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        flag = AnyFlag(len(self.rows))
        marks = [flag, self.base.mark, flag.adjoint()] if self.is_flagged else [NotAll(len(self.rows))]
        parts = [*self.base.load_parts, *marks, self.unload, *self.base.afterwards]
        counts: dict[Bloq, int] = dict.fromkeys(parts, 1)
        for product in self.inner_products:
            for bloq in (product, product.adjoint()):
                counts[bloq] = counts.get(bloq, 0) + 1
        return counts

    def is_marked(self, address: int) -> bool:
        """Whether the address gets the phase."""
        if address >= int(self.table.n_keys):
            return False
        key = self.table.values[address]
        heavy = any(product.acc(key) >= 0 for product in self.inner_products)
        excluded = address in self.excluded
        return heavy != excluded if self.turns_excluded else heavy and not excluded

    def on_classical_vals(self, address):  # type: ignore[no-untyped-def]
        return {"address": address}

    def basis_state_phase(self, address):  # type: ignore[no-untyped-def]
        if not self.is_marked(int(address)):
            return 1
        return -1 if self.is_sign else np.exp(1j * self.base.angle)

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else TextBox(f"± any of {len(self.rows)}")

    def __str__(self) -> str:
        return "SharedOracle"


@bloq_example
def _not_all() -> NotAll:
    not_all = NotAll(3)
    return not_all


@bloq_example
def _shared_oracle() -> SharedOracle:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1], [2, 2]])
    base = HeavyKeyOracle(KeyTable.from_values(keys, 3), weights=(3, -1), threshold=4)
    shared_oracle = SharedOracle(base, others=(((1, 2), 5), ((-2, 0), 3)))
    return shared_oracle
