"""`HeavyKeyOracle`: the phase oracle of one query row."""

from functools import cached_property
from typing import ClassVar

import attrs
import numpy as np
from qualtran import Bloq, BloqBuilder, QInt, QUInt, Register, Signature, SoquetT, bloq_example
from qualtran.bloqs.basic_gates import ZGate, ZPowGate
from qualtran.drawing import Text, TextBox, WireSymbol

from qattention.circuit import Circuit
from qattention.errors import SpecError, bad

from .address_phase import AddressSign, FlagPhase
from .any_flag import LivePhase
from .inner_product import InnerProduct
from .key_load import KeyLoad
from .key_table import KeyTable
from .made_of import inner_product_of, load_of, unload_of
from .measure_junk import MeasureJunk
from .storing import as_argument, integers, weights_or_sizes
from .threshold_flag import ThresholdFlag


def lightest_word(weights: tuple[int, ...], key_bits: int | tuple[int, ...]) -> np.ndarray:
    """The key with the least inner product with q, shape (d,)."""
    widths = key_bits if isinstance(key_bits, tuple) else (key_bits,) * len(weights)
    halves = [1 << (bits - 1) for bits in widths]
    pairs = zip(weights, halves, strict=True)
    return np.array([-half if weight > 0 else half - 1 for weight, half in pairs], dtype=np.int64)


@attrs.frozen
class HeavyKeyOracle(Bloq):
    """|j> -> exp(i angle) |j> if <q, k_j> >= T and j is not excluded, else |j>; padding keeps its phase.

    Load the key, sum, flag, phase, and give everything back: the adders by measuring their carries, the key
    by a measured unload. What was found is excluded in one of these ways:

    - `fix-up`: at no gate. With angle pi the unload's fix-up flips the phase of `excluded` back, so that the
      phase is (-1)**([heavy] XOR [excluded]). With another angle a flip would not undo the phase: there the
      excluded keys are looked up as the lightest word there is, which is not heavy.
    - `live`: a bit beside each word, 0 for what is excluded (and for padding), has its say in the phase: a CZ
      for -1, an And for another angle (`LivePhase`). For a memory that can be written, whatever its unload.
    - `circuit`: the table stays as it is and the unload needs no fix-up of its own; gates on the
      address turn the phase back where it is an excluded one (`AddressSign`, `FlagPhase`).

    Args:
        table: the keys the row sees; a causal row i gets the first i + 1.
        weights: q of the row, as integers; or their sizes alone, for costs (`UnknownWeights`).
        threshold: T, in units of the integer inner product.
        excluded: addresses found already, ascending.
        angle: radians; pi is the sign oracle, its own inverse.
        circuit: loader, inner product, padding (search all 2**m addresses instead of the first n) and
            exclusion. The loader's junk is measured at once and holds no wires; the unload's fix-up mends
            the phase of both.

    Registers:
        address: m = max(1, ceil(log2 n)) bits.

    Raises:
        SpecError: a lightest word is to stand for what is left out, and T is so low that it is heavy, too.

    References:
        arXiv:2307.08045, Algorithm 1 and Lemma 5.1 (the search that calls this oracle).
    """

    part: ClassVar[str] = "oracle"  # its name in paths of parts

    table: KeyTable
    weights: tuple[int, ...] = attrs.field(converter=weights_or_sizes)
    threshold: int
    excluded: tuple[int, ...] = attrs.field(default=(), converter=integers)
    angle: float = np.pi
    circuit: Circuit = attrs.field(factory=Circuit, converter=as_argument)

    def __attrs_post_init__(self) -> None:
        if self.is_sign or self.exclusion == "live":
            return
        n_missing = 0 if self.table.is_symbolic or not self.padded else int(self.n_items - self.table.n_keys)
        stands_in = (self.excluded and self.exclusion == "fix-up") or (n_missing and self.threshold <= 0)
        if not stands_in:
            return
        lightest = lightest_word(self.weights, self.table.word_widths)
        least = sum(q * int(k) for q, k in zip(self.weights, lightest, strict=True))
        if self.threshold <= least:
            allowed = f"above {least}, the least sum there is, with an angle other than pi"
            raise SpecError(bad("threshold", self.threshold, allowed))

    @property
    def padded(self) -> bool:
        """Whether all 2**m addresses are searched."""
        return self.circuit.padded

    @property
    def exclusion(self) -> str:
        """How `excluded` is left out."""
        return self.circuit.exclusion

    @cached_property
    def signature(self) -> Signature:
        return Signature([Register("address", QUInt(self.table.address_bits))])

    @property
    def rows(self) -> tuple[tuple[tuple[int, ...], int], ...]:
        """(q, T) of each row it serves: one."""
        return ((self.weights, self.threshold),)

    @property
    def is_sign(self) -> bool:
        """Whether the phase is -1, which takes no rotation."""
        return bool(self.angle == np.pi)

    @property
    def turns_excluded(self) -> bool:
        """Whether an excluded key takes the phase exactly if it is not heavy; otherwise it takes none."""
        return self.exclusion == "circuit" or (self.exclusion == "fix-up" and self.is_sign)

    def adjoint(self) -> "HeavyKeyOracle":
        return self if self.is_sign else attrs.evolve(self, angle=-self.angle)

    @property
    def n_items(self):  # type: ignore[no-untyped-def]
        """Size of the searched space: n, or 2**m if padded."""
        return 2**self.table.address_bits if self.padded else self.table.n_keys

    @cached_property
    def looked_up(self) -> KeyTable:
        """The table that is loaded: the keys, or for a phase other than -1 with lightest words put in.

        Components of unequal widths are loaded bit by bit.
        """
        if self.exclusion == "live":
            return self._with_live_bits()
        table = self.table if self.is_sign or not self.table.has_data else self._with_lightest_words()
        return table if table.channel_bits is None else table.as_bits()

    def _with_live_bits(self) -> KeyTable:
        """Bit by bit, the live bit last."""
        if not self.table.has_data:
            return KeyTable(n_keys=self.table.n_keys, head_dim=self.table.word_bits + 1, key_bits=1)
        live = np.ones((len(self.table.values), 1), dtype=bool)
        live[list(self.excluded)] = False
        return KeyTable.from_values(-np.hstack([self.table.bits, live]).astype(np.int64), 1)

    def _with_lightest_words(self) -> KeyTable:
        lightest = lightest_word(self.weights, self.table.word_widths)
        values = self.table.values.copy()
        if self.exclusion == "fix-up":
            values[list(self.excluded)] = lightest
        if self.padded and self.threshold <= 0:  # the zero word of padding would be heavy
            n_missing = int(self.n_items) - len(values)
            values = np.concatenate([values, np.tile(lightest, (n_missing, 1))])
        return KeyTable.from_values(values, self.table.word_widths)

    @cached_property
    def load(self) -> KeyLoad:
        """The look-up of a key, as the circuit's loader makes it."""
        return load_of(self.circuit, self.looked_up)

    @cached_property
    def unload(self) -> Bloq:
        """The load's, whose fix-up flips `flips`."""
        unload = unload_of(self.circuit, self.load)
        return attrs.evolve(unload, flips=self.flips, junk_measured=self.measures_junk)

    @property
    def flips(self) -> tuple[int, ...]:
        """Addresses that the fix-up flips: `excluded`, and padding where its zero key would be heavy."""
        flips = self.excluded if self.is_sign and self.exclusion == "fix-up" else ()
        zero_is_heavy = self.threshold <= 0 and self.exclusion != "live"
        if self.is_sign and self.padded and zero_is_heavy and self.table.has_data:
            flips += tuple(range(int(self.table.n_keys), int(self.n_items)))
        return flips

    @property
    def measures_junk(self) -> bool:
        """Whether the load's junk is measured at once."""
        return bool(self.load.junk_bits != 0) and not self.circuit.inverts

    @cached_property
    def inner_product(self) -> InnerProduct:
        """The row's sum and its comparison with the threshold."""
        return inner_product_of(self.circuit, self.weights, self.threshold, self.widths)

    @property
    def widths(self) -> int | tuple[int, ...]:
        """Of the components as the sum sees them: one each where the key is loaded bit by bit."""
        widths = self.table.word_widths
        if self.exclusion != "live" or isinstance(widths, tuple):
            return widths
        return (widths,) * len(self.weights)

    def build_composite_bloq(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        loaded = self.add_load(bb, address)
        held = bb.add_d(self.inner_product, key=loaded["key"])
        held["sign"], flag = bb.add(ThresholdFlag(), sign=held["sign"])
        flag = self.add_mark(bb, loaded, flag)
        held["sign"] = bb.add(ThresholdFlag().adjoint(), sign=held["sign"], flag=flag)
        loaded["key"] = bb.add(self.inner_product.adjoint(), **held)
        return {"address": self.add_unload(bb, loaded)}

    def add_mark(self, bb: BloqBuilder, loaded: dict[str, SoquetT], flag: SoquetT) -> SoquetT:
        """The phase of the flag; what else it touches is put back into `loaded`."""
        beside = {LivePhase: "live", FlagPhase: "address"}.get(type(self.mark))
        if beside is None:
            return bb.add(self.mark, q=flag)
        loaded[beside], flag = bb.add(self.mark, **{beside: loaded[beside]}, flag=flag)
        return flag

    def add_unload(self, bb: BloqBuilder, loaded: dict[str, SoquetT]) -> SoquetT:
        """The address, everything given back."""
        if "live" in loaded:
            live = bb.join(np.array([loaded.pop("live")]), QInt(1))
            loaded["key"] = np.append(loaded["key"], live)
        address = bb.add(self.unload, **loaded)
        for bloq in self.afterwards:
            address = bb.add(bloq, address=address)
        return address

    def add_load(self, bb: BloqBuilder, address: SoquetT) -> dict[str, SoquetT]:
        """What the load puts out, its junk measured and its live bit apart: what `add_unload` takes."""
        loaded: dict[str, SoquetT] = bb.add_d(self.load, address=address)
        if "junk" in loaded and self.measures_junk:
            loaded["junk"] = bb.add(MeasureJunk(self.load.junk_bits), junk=loaded["junk"])
        if self.exclusion == "live":
            loaded["key"], loaded["live"] = loaded["key"][:-1], bb.split(loaded["key"][-1])[0]
        return loaded

    @property
    def load_parts(self) -> list[Bloq]:
        """The bloqs of `add_load`."""
        return [self.load, MeasureJunk(self.load.junk_bits)] if self.measures_junk else [self.load]

    def build_call_graph(self, ssa) -> dict[Bloq, int]:  # type: ignore[no-untyped-def]
        product, flag = self.inner_product, ThresholdFlag()
        inner = [product, flag, self.mark, flag.adjoint(), product.adjoint()]
        return dict.fromkeys([*self.load_parts, *inner, self.unload, *self.afterwards], 1)

    @property
    def mark(self) -> Bloq:
        """What gives the flag its phase."""
        if self.exclusion == "live":
            return LivePhase(self.angle)
        if self.is_sign:
            return ZGate()
        if self.exclusion == "circuit" and self.excluded:
            return FlagPhase(self.excluded, int(self.table.address_bits), self.angle)
        return ZPowGate(self.angle / np.pi)

    @property
    def afterwards(self) -> tuple[Bloq, ...]:
        """What is left to do on the address alone."""
        if self.exclusion == "circuit" and self.is_sign and self.excluded:
            return (AddressSign(self.excluded, int(self.table.address_bits)),)
        return ()

    def is_marked(self, address: int) -> bool:
        """Whether the address gets the phase: heavy and not excluded (see `turns_excluded`)."""
        if address >= int(self.table.n_keys):
            return False
        heavy = self.inner_product.acc(self.table.values[address]) >= 0
        excluded = address in self.excluded
        return bool(heavy != excluded if self.turns_excluded else heavy and not excluded)

    def on_classical_vals(self, address):  # type: ignore[no-untyped-def]
        return {"address": address}

    def basis_state_phase(self, address):  # type: ignore[no-untyped-def]
        if not self.is_marked(int(address)):
            return 1
        return -1 if self.is_sign else np.exp(1j * self.angle)

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        return Text("") if reg is None else TextBox("± heavy" if self.is_sign else "e^iφ heavy")

    def __str__(self) -> str:
        return "HeavyKeyOracle"


@bloq_example
def _heavy_key_oracle() -> HeavyKeyOracle:
    keys = np.array([[1, -2], [3, 0], [-4, 2], [0, 1], [2, 2]])
    heavy_key_oracle = HeavyKeyOracle(KeyTable.from_values(keys, 3), weights=(3, -1), threshold=4)
    return heavy_key_oracle
