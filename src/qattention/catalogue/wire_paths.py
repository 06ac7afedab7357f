"""Follow every single wire through a bloq's circuit; splits, joins and casts leave none behind.

And how numbers stand in the texts of a drawing and of a call graph.
"""

from __future__ import annotations

import re
from typing import Any, Literal

import attrs
from qualtran import (
    Bloq,
    BloqInstance,
    CBit,
    DecomposeNotImplementedError,
    DecomposeTypeError,
    LeftDangle,
    Register,
    RightDangle,
    Side,
    Soquet,
)
from qualtran.bloqs.basic_gates import Discard
from qualtran.bloqs.bookkeeping import Allocate, Cast, Free, Join, Partition, Split
from qualtran.drawing import Circle, ModPlus

from qattention.catalogue.drawn_circuit import Mark

PLUMBING = (Split, Join, Cast, Partition)
ONE_WIRE = ("q", "reg", "c")  # registers of Qualtran's gates on one wire
LOOK_BACK = 64


@attrs.frozen
class Origin:
    """Where a wire comes from or goes to: one bit of a register."""

    name: str
    shape: tuple[int, ...]
    index: tuple[int, ...]
    bit: int
    width: int


@attrs.frozen(kw_only=True)
class Touch:
    """A register of a step and the wires there, each with the text of its symbol.

    `side` "out": the wires begin here; "in": they end here.
    """

    name: str
    mark: Mark
    texts: tuple[str, ...]
    side: Literal["thru", "in", "out"]
    wires: tuple[int, ...]


@attrs.define(kw_only=True)
class Event:
    """One part of the circuit; `times` if it is there so often in a row, on the same wires."""

    bloq: str
    title: str
    touches: list[Touch]
    times: int = 1

    @property
    def is_one_wire(self) -> bool:
        """A gate on one wire, or the same on each of several."""
        return self.touches[0].name in ONE_WIRE


@attrs.define
class WirePaths:
    """All events in building order, and the wires by number.

    Attributes:
        origins: wire -> where it came from; destinations: wire -> the register it leaves as.
        classical: wires that hold a classical bit. entering: wires of the circuit's own left side.
        latest: the bloq of the last event.
    """

    events: list[Event] = attrs.field(factory=list)
    origins: list[Origin] = attrs.field(factory=list)
    destinations: dict[int, Origin] = attrs.field(factory=dict)
    classical: set[int] = attrs.field(factory=set)
    entering: list[int] = attrs.field(factory=list)
    latest: Bloq | None = None

    def fresh(self, register: Register) -> dict[tuple[int, ...], tuple[int, ...]]:
        """New wires for a register, by index."""
        made = {}
        for index in register.all_idxs():
            first, width = len(self.origins), bits_of(register)
            self.origins += [Origin(register.name, register.shape, index, i, width) for i in range(width)]
            made[index] = tuple(range(first, first + width))
            if isinstance(register.dtype, CBit):
                self.classical |= set(made[index])
        return made


def bits_of(register: Register) -> int:
    """Wires of one item of a register."""
    return 1 if isinstance(register.dtype, CBit) else int(register.dtype.num_qubits)


def wire_paths(bloq: Bloq) -> WirePaths:
    """The wires of a bloq's decomposition, or of the bloq alone if it has none."""
    try:
        circuit = bloq.decompose_bloq()
    except (DecomposeTypeError, DecomposeNotImplementedError):
        circuit = bloq.as_composite_bloq()
    found, at = WirePaths(), {}
    for register in circuit.signature.lefts():
        for index, wires in found.fresh(register).items():
            at[Soquet(LeftDangle, register, index)] = wires
            found.entering += wires
    for instance, before, _ in sorted(circuit.iter_bloqnections(), key=lambda item: item[0].i):
        given = {connection.right: at.pop(connection.left) for connection in before}
        at |= _pass(found, instance, given)
    for connection in circuit.connections:
        if connection.right.binst is RightDangle:
            register, index = connection.right.reg, connection.right.idx
            for i, wire in enumerate(at[connection.left]):
                found.destinations[wire] = Origin(register.name, register.shape, index, i, bits_of(register))
    return found


def _pass(
    found: WirePaths, instance: BloqInstance, given: dict[Soquet, tuple[int, ...]]
) -> dict[Soquet, Any]:
    bloq = instance.bloq
    rights = list(bloq.signature.rights())
    if isinstance(bloq, PLUMBING):
        lefts = [Soquet(instance, reg, index) for reg in bloq.signature.lefts() for index in reg.all_idxs()]
        flat = iter([wire for soquet in lefts for wire in given[soquet]])
        return {
            Soquet(instance, reg, index): tuple(next(flat) for _ in range(bits_of(reg)))
            for reg in rights
            for index in reg.all_idxs()
        }
    put_out: dict[Soquet, Any] = {}
    touches = []
    for register in bloq.signature:
        if register.side is Side.RIGHT:
            by_index = found.fresh(register)
        else:
            by_index = {index: given[Soquet(instance, register, index)] for index in register.all_idxs()}
        touches.append(_touch(bloq, register, tuple(wire for wires in by_index.values() for wire in wires)))
        if register.side is not Side.LEFT:
            put_out |= {Soquet(instance, register, index): wires for index, wires in by_index.items()}
    if touches:
        _record(found, bloq, touches)
    return put_out


def _touch(bloq: Bloq, register: Register, wires: tuple[int, ...]) -> Touch:
    side: Literal["thru", "in", "out"] = "thru"
    if register.side is not Side.THRU:
        side = "in" if register.side is Side.LEFT else "out"
    symbols = [bloq.wire_symbol(register, index) for index in register.all_idxs()]
    mark: Mark = "box"
    if isinstance(bloq, Allocate):
        mark = "start"
    elif isinstance(bloq, Free | Discard):
        mark = "end" if isinstance(bloq, Free) else "stop"
    elif symbols and isinstance(symbols[0], Circle):
        mark = "dot" if symbols[0].filled else "ring"
    elif symbols and isinstance(symbols[0], ModPlus):
        mark = "plus"
    texts = tuple(
        rounded(getattr(symbol, "text", "")) for symbol in symbols for _ in range(bits_of(register))
    )
    return Touch(name=register.name, mark=mark, texts=texts, side=side, wires=wires)


def _record(found: WirePaths, bloq: Bloq, touches: list[Touch]) -> None:
    """Add the event, or count it with the one before, if it is the same bloq again on the same wires.

    A one-wire gate joins an equal earlier one if nothing has happened to its wire since.
    """
    before, found.latest = found.latest, bloq
    if _is_box(touches) and found.events and found.events[-1].touches == touches and before == bloq:
        found.events[-1].times += 1
        return
    heading = getattr(bloq.wire_symbol(None), "text", "") if len(touches) > 2 else ""
    event = Event(bloq=str(bloq), title=heading, touches=touches)
    earlier = _equal_earlier(found.events, event) if event.is_one_wire else None
    if earlier is None:
        found.events.append(event)
        return
    for i, touch in enumerate(touches):
        before = earlier.touches[i]
        wires, texts = before.wires + touch.wires, before.texts + touch.texts
        earlier.touches[i] = attrs.evolve(before, wires=wires, texts=texts)


def _is_box(touches: list[Touch]) -> bool:
    """Whether it is drawn as a box that changes nothing about which wires there are."""
    is_gate = touches != [] and touches[0].name in ONE_WIRE
    return not is_gate and all(touch.mark == "box" and touch.side == "thru" for touch in touches)


def _equal_earlier(events: list[Event], event: Event) -> Event | None:
    """The last event of the same bloq, if no event after it touches these wires; at most LOOK_BACK ago."""
    wires = {wire for touch in event.touches for wire in touch.wires}
    look_back = 1 if event.touches[0].mark == "start" else LOOK_BACK
    for earlier in reversed(events[-look_back:]):
        if earlier.bloq == event.bloq and len(earlier.touches) == len(event.touches):
            return earlier
        if any(not wires.isdisjoint(touch.wires) for touch in earlier.touches):
            return None
    return None


def signed(text: str) -> str:
    """With a minus sign where a hyphen stands for one: not within a word."""
    return re.sub(r"(?<![A-Za-z])-", "−", text)


def rounded(text: str) -> str:
    """Angles to three digits."""
    return re.sub(r"\d+\.\d{4,}", lambda match: f"{float(match[0]):.3g}", text)
