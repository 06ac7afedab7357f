"""A bloq's parts by path ("oracle/load"), read off its call graph."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import attrs

from qattention.compiler.costs import bloq_counts
from qattention.errors import SpecError, bad

if TYPE_CHECKING:
    from qualtran import Bloq


@attrs.frozen(kw_only=True, eq=False)
class Part:
    """Bloqs of one name within another, with how often each is called.

    Attributes:
        path: from the root, "" for the root itself.
        bloqs: callee -> calls within the root.
    """

    path: str
    bloqs: Counter[Bloq]

    @property
    def toffoli(self) -> int:
        """Toffolis of all calls together."""
        return sum(times * bloq_counts(bloq).toffoli for bloq, times in self.bloqs.items())

    def children(self) -> list[Part]:
        """Parts one level down, in the call graph's order; none for a bloq that states its own cost."""
        from qualtran import Bloq

        found: dict[str, Counter[Bloq]] = {}
        for bloq, times in self.bloqs.items():
            if type(bloq).build_call_graph is Bloq.build_call_graph:
                continue
            for callee, calls in bloq.build_call_graph(None).items():
                found.setdefault(part_name(callee), Counter())[callee] += times * calls
        prefix = f"{self.path}/" if self.path else ""
        return [Part(path=prefix + name, bloqs=bloqs) for name, bloqs in found.items()]


def part_name(bloq: Bloq) -> str:
    """What a part is called in a path: as its class says, or by the class."""
    kind = type(bloq).__name__
    name = getattr(bloq, "part", None) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind).lower()
    return name + ("_adjoint" if getattr(bloq, "uncompute", False) else "")


def find_part(bloq: Bloq, path: str) -> Part:
    """The part at `path` below `bloq`; raises SpecError naming the parts there are."""
    part = Part(path="", bloqs=Counter({bloq: 1}))
    for name in filter(None, path.split("/")):
        below = part.children()
        match = [child for child in below if child.path.rsplit("/", 1)[-1] == name]
        if not match:
            allowed = ", ".join(child.path for child in below) or f"{part.path!r} at most: it has no parts"
            raise SpecError(bad("at", path, allowed))
        part = match[0]
    return part


def breakdown(bloq: Bloq, at: str | None = None) -> list[Part]:
    """Parts with Toffolis that make up the whole, largest first, those of one size by their paths.

    Without `at` those of an iteration: the oracle's parts and the reflection. With it the parts below that
    path, or the part itself if there are none.
    """
    if at is not None:
        part = find_part(bloq, at)
        parts = part.children() or [part]
    else:
        parts = []
        for part in find_part(bloq, "").children():
            parts += part.children() if part.path == "oracle" else [part]
    return sorted((part for part in parts if part.toffoli), key=lambda part: (-part.toffoli, part.path))
