"""`Circuit`: every choice that an oracle's circuit depends on, beside its keys and rows."""

from __future__ import annotations

from typing import Any, Literal

import attrs

from qattention.circuit.families import INNER_PRODUCTS, LOADERS, inner_product_kind, loader_kind
from qattention.circuit.kinds import InnerProductKind, LoaderKind
from qattention.errors import SpecError, bad

Padding = Literal["on", "off"]
EXCLUSIONS = ("fix-up", "live", "circuit")  # how an oracle leaves keys out, the cheapest way first
UNLOADS = ("measured", "unitary")  # how a key is given back: measured and mended, or by the load reversed
UNITARY = UNLOADS[1]
MOST_ROWS = 2**12  # on one load: their sums stand side by side, thousands of qubits each
MOST_BLOCK = 2**60  # keys; there are never more


def is_power(value: object, least: int = 1) -> bool:
    """Whether it is a power of two in least..2**60."""
    sound = isinstance(value, int) and not isinstance(value, bool)
    return sound and least <= value <= MOST_BLOCK and value & (value - 1) == 0  # type: ignore[operator]


@attrs.frozen(kw_only=True)
class Circuit:
    """Held alike by plans, oracles, runs, formulas and studies.

    Attributes:
        loader: the memory that keys are loaded from; a name, or the record of a loader of one's own.
        block_size: K, keys that the loader looks up at once; None where it has no blocks.
        unload: "measured", with a classical fix-up over the table, or "unitary", by the load's inverse.
        unload_block: addresses that a measured unload makes one-hot at once; None: fewest And's.
        inner_product: the form of <q, k> - T.
        padding: "on": all 2**m addresses are searched, start states without rotations; "off": exactly n.
        exclusion: how what was found is left out: by the unload's fix-up, by a live bit beside each word, or
            by gates on the address.
        rows_per_load: query rows evaluated on one loaded key, at most.
    Raises:
        SpecError: one line for every choice that there is not, or that does not fit the loader.
    """

    loader: LoaderKind = attrs.field(factory=lambda: LOADERS.default, converter=loader_kind)
    block_size: int | None = None
    unload: str = UNLOADS[0]
    unload_block: int | None = None
    inner_product: InnerProductKind = attrs.field(
        factory=lambda: INNER_PRODUCTS.default, converter=inner_product_kind
    )
    padding: Padding = "off"
    exclusion: str = EXCLUSIONS[0]
    rows_per_load: int = 1

    def __attrs_post_init__(self) -> None:
        problems = [*self._block_problems()]
        if self.padding not in ("on", "off"):
            problems.append(bad("padding", self.padding, "on or off"))
        if self.exclusion not in EXCLUSIONS:
            problems.append(bad("exclusion", self.exclusion, " or ".join(EXCLUSIONS)))
        if not 1 <= self.rows_per_load <= MOST_ROWS:
            problems.append(bad("rows_per_load", self.rows_per_load, f"1..{MOST_ROWS}"))
        if problems:
            raise SpecError(problems)

    def _block_problems(self) -> list[str]:
        problems, blocks = [], self.loader.has_blocks
        if self.block_size is not None and not (is_power(self.block_size) and blocks):
            allowed = "a power of two, at most 2**60" if blocks else f"absent: {self.loader} has no blocks"
            problems.append(bad("block_size", self.block_size, allowed))
        if self.unload not in UNLOADS:
            problems.append(bad("unload", self.unload, " or ".join(UNLOADS)))
        if self.inverts and not self.loader.inverts:
            problems.append(bad("unload", self.unload, f"measured with the loader {self.loader}"))
        if self.inverts and self.unload_block is not None:
            problems.append(bad("unload_block", self.unload_block, "absent with the unload unitary"))
        if self.unload_block is not None and not is_power(self.unload_block):
            problems.append(bad("unload_block", self.unload_block, "a power of two, at most 2**60"))
        return problems

    @property
    def block(self) -> int:
        """K; 1 for a loader without blocks."""
        return self.block_size or 1

    @property
    def inverts(self) -> bool:
        """Whether the load is run backwards to give its key back."""
        return self.unload == UNITARY

    @property
    def padded(self) -> bool:
        """Whether all 2**m addresses are searched."""
        return self.padding == "on"

    @property
    def exclusions(self) -> tuple[str, ...]:
        """How an oracle may leave keys out, the cheapest way first.

        Padding that would count as heavy is left out by a fix-up, or where there is none by its live bit.
        """
        if self.loader.has_fix_up and not self.inverts:
            return EXCLUSIONS
        return ("live",) if self.padded else ("live", "circuit")

    def excluding(self, how: str | None = None) -> Circuit:
        """The circuit that leaves keys out: in this way, or in the cheapest.

        Raises:
            SpecError: the loader has no such way.
        """
        if how is not None and how not in self.exclusions:
            raise SpecError(
                bad("exclusion", how, f"{' or '.join(self.exclusions)} with the loader {self.loader}")
            )
        return attrs.evolve(self, exclusion=how or self.exclusions[0])

    def to_dict(self) -> dict[str, Any]:
        """The choices as JSON has them: records by their names."""
        plain = attrs.asdict(self, recurse=False)
        return plain | {"loader": self.loader.name, "inner_product": self.inner_product.name}

    @property
    def look_up(self) -> str:
        """The loader in words: one-hot-swap (4 keys a block)."""
        return self.loader.name + (f" ({self.block_size} keys a block)" if self.block_size else "")

    def __str__(self) -> str:
        return f"{self.look_up}, {self.inner_product}"
