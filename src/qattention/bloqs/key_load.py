"""`KeyLoad`: what every key loader is, whatever it is made of."""

from functools import cached_property
from typing import ClassVar

import numpy as np
from qualtran import (
    AddControlledT,
    Bloq,
    CtrlSpec,
    DecomposeTypeError,
    QAny,
    QUInt,
    Register,
    Side,
    Signature,
)
from qualtran.drawing import TextBox, WireSymbol, directional_text_box

from .controlled_load import control
from .key_table import KeyTable
from .measured_unload import MeasuredUnload, junk_register
from .xor_word import key_register


class KeyLoad(Bloq):
    """|j> -> |j>|k_j>|junk_j>: the key register enters here, and with some loaders junk that they leave.

    Every bit of key and junk is a classical function of the address, so that measuring them and one fix-up
    give everything back (`MeasuredUnload`). A subclass has the fields `table` and `padded`.

    Registers:
        address: m = max(1, ceil(log2 n)) bits.
        key [right]: shape (d,), signed integers of b bits.
        junk [right]: opaque; only if there is any.
    """

    table: KeyTable
    padded: bool
    part: ClassVar[str] = "load"  # its name in paths of parts
    has_fix_up: ClassVar[bool] = True  # the unload measures, and any phase of the address rides along

    @property
    def junk_bits(self) -> int:
        """Bits beside the key that the unload consumes."""
        return 0

    @property
    def loaded(self) -> KeyTable:
        """All bits that the unload measures in X, as integers of b bits: row j is what address j leaves.

        Rows beyond its last are zero.
        """
        return self.table

    @property
    def n_rows(self) -> int:
        """Addresses served: n, or 2**m if padded."""
        return 2 ** int(self.table.address_bits) if self.padded else int(self.table.n_keys)

    @cached_property
    def words(self) -> np.ndarray:
        """Key and junk by address, bool, shape (n_rows, w + junk_bits); rows >= n are padding."""
        return padded_rows(self.loaded.bits, self.n_rows)

    @cached_property
    def signature(self) -> Signature:
        return Signature(self.registers())

    def registers(self) -> list[Register]:
        """Those of the signature."""
        return [self.address, key_register(self.table, Side.RIGHT), *junk_register(self, Side.RIGHT)]

    @property
    def address(self) -> Register:
        """The register of the address, m bits."""
        return Register("address", QUInt(self.table.address_bits))

    def adjoint(self) -> Bloq:
        return MeasuredUnload(self)

    def get_ctrl_system(self, ctrl_spec: CtrlSpec) -> tuple[Bloq, AddControlledT]:
        return control(self, ctrl_spec)

    def at_scale(self) -> tuple[int, int] | None:
        """(T depth, most wires alive at once) where no table can be lowered; for a loader of the user's own.

        None: not known. What is given is held against the gates of small tables.
        """
        return None

    def require_data(self) -> None:
        """Raises DecomposeTypeError if the table has no data."""
        if not self.table.has_data:
            raise DecomposeTypeError("`table`: has no data (costs need none); a circuit needs all keys")

    def on_classical_vals(self, address):  # type: ignore[no-untyped-def]
        n_keys, d = int(self.table.n_keys), int(self.table.head_dim)
        if address >= n_keys and not self.padded:
            raise ValueError(f"`address`: got {address}; must be below n_keys = {n_keys}")
        word, w = self.words[int(address)], int(self.table.word_bits)
        zero = np.zeros(d, dtype=np.int64)
        out = {"address": address, "key": self.table.values[address] if address < n_keys else zero}
        if self.junk_bits:
            out["junk"] = QAny(self.junk_bits).from_bits(word[w:].astype(int).tolist())
        return out

    def wire_symbol(self, reg: Register | None, idx: tuple[int, ...] = ()) -> WireSymbol:
        if reg is None:
            return TextBox("")
        if reg.name == "address":
            return TextBox("j")
        return directional_text_box(f"k[{idx[0]}]" if idx else reg.name, side=reg.side)

    def __str__(self) -> str:
        return type(self).__name__


def padded_rows(bits: np.ndarray, n_rows: int) -> np.ndarray:
    """`bits` with rows of zeros added, or rows left out, so that there are `n_rows`."""
    out = np.zeros((n_rows, bits.shape[1]), dtype=bool)
    out[: len(bits)] = bits[:n_rows]
    return out
