"""`BloqRecord`: the claims about one bloq, as data that tests execute and pages print."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import attrs
import numpy as np

from qattention.costs import Costs
from qattention.errors import SpecError, bad

Size = Mapping[str, int | bool]
# The ladder of checks: what each rung compares. A record either climbs a rung or gives its reason not to.
RUNGS: dict[str, str] = {
    "decomposition": "the circuit is well formed: registers match, every wire is used exactly once",
    "costs": "call graph = circuit, in every gate count",
    "classical": "declared action = the circuit's, phases included, on basis states and drawn outcomes",
    "adjoint": "the adjoint of the adjoint is the bloq itself",
    "tensor": "the circuit's full matrix, by tensor contraction at a tiny size = the action",
    "formula": "closed form = call graph, in Toffoli, over a grid of sizes",
    "gates": "lowered to gates, recounted = call graph, in Toffoli",
    "drawing": "every register has a symbol, and the circuit draws",
}
MOST = 2**12  # of every number: a circuit has a bloq a key


@attrs.frozen(kw_only=True)
class BloqRecord:
    """One bloq.

    Attributes:
        slug: its name everywhere, with underscores; the command takes hyphens too.
        title: the class.
        module: dotted name of the module that defines it and its example `_<slug>`.
        summary: one sentence for a table.
        action: what it does to basis states.
        cost: its And's (one Toffoli each) as a closed form, in words or symbols.
        sizes: arguments of `build`, the grid that every rung is climbed on; the first is the smallest.
        builder: the bloq of one size, with seeded data. formula: the closed form of a bloq so built.
        references: where the construction is from, with the section.
        skips: rung -> why it does not apply.
        limitations: what a user should know before relying on it.
    """

    slug: str
    title: str
    module: str
    summary: str
    action: str
    cost: str
    sizes: tuple[Size, ...]
    builder: Callable[..., Any]
    formula: Callable[[Any], Costs]
    references: tuple[str, ...] = ()
    skips: Mapping[str, str] = attrs.field(factory=dict)
    limitations: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        unknown = set(self.skips) - set(RUNGS)
        if unknown or not self.sizes or not all(self.skips.values()):
            raise ValueError(
                f"{self.slug}: unknown rungs {sorted(unknown)}, no sizes, or a skip without reason"
            )

    @property
    def checks(self) -> tuple[str, ...]:
        """The rungs it climbs."""
        return tuple(rung for rung in RUNGS if rung not in self.skips)

    @property
    def name(self) -> str:
        """The slug as the command spells it."""
        return self.slug.replace("_", "-")

    def example(self) -> Any:
        """The bloq of its Qualtran `bloq_example`."""
        return getattr(import_module(self.module), f"_{self.slug}").make()

    def build(self, size: Size) -> Any:
        """The bloq of one size of the grid, with seeded data."""
        return self.builder(**size)

    def closed_form(self, bloq: Any) -> dict[str, int]:
        """Toffoli, rotations, measurements and qubits of a bloq that `build` made, by its closed form."""
        costs = self.formula(bloq)
        names = ("toffoli", "rotation", "measurement", "qubits")
        return {name: int(np.asarray(getattr(costs, name)).reshape(-1)[0]) for name in names}


def read_size(record: BloqRecord, text: str) -> Size:
    """The arguments of the record's builder; what is not given is as in its first size.

    Raises:
        SpecError: names that it has not, or values that are no whole numbers of 1 .. MOST, "yes" or "no".
    """
    kinds = {name: value for size in reversed(record.sizes) for name, value in size.items()}
    found, problems = dict(record.sizes[0]), []
    for word in filter(None, text.replace(" ", "").split(",")):
        name, given, value = word.partition("=")
        if name not in kinds:
            problems.append(bad("size", word, f"of {', '.join(kinds)}"))
        elif isinstance(kinds[name], bool):
            if value not in ("", "yes", "no"):
                problems.append(bad("size", word, f"{name}=yes or {name}=no"))
            found[name] = value != "no"
        elif given and value.isdecimal() and 1 <= int(value) <= MOST:
            found[name] = int(value)
        else:
            problems.append(bad("size", word, f"{name}=1..{MOST}"))
    if problems:
        raise SpecError(problems)
    return found
