"""Give every bundle of wires a row and every step a column, and write what stands there.

Apart from `gather`, which collects what else is known of a bloq, because the layout of a drawing is an
algorithm of its own, on traced wires alone.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import attrs

from qattention.catalogue.drawn_circuit import DrawnCircuit, DrawnStep, Family, Port, Wire
from qattention.catalogue.wire_paths import Event, Origin, Touch, WirePaths, signed

MEASUREMENTS = {"MeasureX": "Mₓ", "MeasureZ": "M"}
MAX_STEPS = 48  # of one drawing; what is beyond is counted in it
EXCLUDES_RESULTS = ("GroverSearch", "PhasedSearch")  # of what was read before
MAX_REACH = 3  # rows: a free row further away than this is not taken
SAID_BY_THE_BOX = ("carry", "lines", "target", "reg", "c")  # registers whose name would add nothing

_Signature = tuple[tuple[int, int], ...]


@attrs.define
class _Bundle:
    """Wires with one history; `born` and `dies` are event numbers, None at the border."""

    wires: list[int]
    row: _Row | None = None
    born: int | None = None
    dies: int | None = None


@attrs.define(eq=False)
class _Row:
    """A line of the drawing and the event after which it is free; -1 if it never was in use."""

    free_after: float = -1
    last_column: int = -1


class Placer:
    """One pass for bundles, one for rows, one for columns."""

    def __init__(self, traced: WirePaths, family_of: dict[str, Family]) -> None:
        self.traced, self.family_of = traced, family_of
        self.events = traced.events[:MAX_STEPS]
        self.bundles = self._bundles()
        self.bundle_of = {wire: bundle for bundle in self.bundles for wire in bundle.wires}
        self.rows: list[_Row] = []

    def _bundles(self) -> list[_Bundle]:
        """Wires are bundled if they pass through the same registers of the same events, and no others."""
        history: dict[int, list[tuple[int, int]]] = defaultdict(list)
        born, dies = {}, {}
        for i, event in enumerate(self.events):
            for k, touch in enumerate(event.touches):
                for wire in touch.wires:
                    history[wire].append((i, k))
                    if touch.side == "out":
                        born[wire] = i
                    if touch.side == "in":
                        dies[wire] = i
        groups: dict[tuple[_Signature, str, bool], list[int]] = defaultdict(list)
        for wire in sorted({*self.traced.entering, *history}):
            to = self.traced.destinations.get(wire)
            classical = wire in self.traced.classical
            groups[tuple(history[wire]), to.name if to else "", classical].append(wire)
        return [
            _Bundle(wires=wires, born=born.get(wires[0]), dies=dies.get(wires[0]))
            for wires in groups.values()
        ]

    def place(self, title: str, summary: str) -> DrawnCircuit:
        """The finished circuit."""
        for bundle in self.bundles:
            if bundle.born is None:
                self.rows.append(_Row(free_after=self._end(bundle)))
                bundle.row = self.rows[-1]
        for i, event in enumerate(self.events):
            self._give_rows(i, event)
        columns = [self._column(event) for event in self.events]
        return DrawnCircuit(
            title=title,
            summary=summary,
            n_rows=len(self.rows),
            n_columns=max(columns, default=-1) + 1,
            steps=tuple(
                self._step(event, column) for event, column in zip(self.events, columns, strict=True)
            ),
            wires=tuple(_numbered([self._wire(bundle, columns) for bundle in self.bundles])),
            n_omitted=len(self.traced.events) - len(self.events),
        )

    @staticmethod
    def _end(bundle: _Bundle) -> float:
        return float("inf") if bundle.dies is None else bundle.dies

    def _at(self, touch: Touch) -> list[_Bundle]:
        """The bundles of a register, each once, in order."""
        return list({id(self.bundle_of[wire]): self.bundle_of[wire] for wire in touch.wires}.values())

    def _index(self, bundle: _Bundle) -> int:
        assert bundle.row is not None
        return self.rows.index(bundle.row)

    def _give_rows(self, i: int, event: Event) -> None:
        """Rows for what event i brings in: those of what it takes away, else free ones near by, else new."""
        new = [b for touch in event.touches if touch.side == "out" for b in self._at(touch)]
        gone = [b for touch in event.touches if touch.side == "in" for b in self._at(touch)]
        old = [self._index(b) for touch in event.touches if touch.side != "out" for b in self._at(touch)]
        below = max(old, default=len(self.rows) - 1)
        for place, bundle in enumerate(new):
            if len(gone) == len(new):
                bundle.row = gone[place].row
            else:
                free = [k for k, row in enumerate(self.rows) if row.free_after < i]
                near = min(free, key=lambda k: abs(k - below), default=None)
                if near is None or (old and abs(near - below) > MAX_REACH):
                    self.rows.insert(below + 1, _Row())
                    near = below + 1
                bundle.row = self.rows[near]
                below = max(below, near)
            assert bundle.row is not None
            bundle.row.free_after = self._end(bundle)

    def _column(self, event: Event) -> int:
        """The first column to the right of everything drawn on the rows that the event covers.

        A part of the package that begins with nothing follows what was before it: searches run in turn.
        """
        at = [self._index(bundle) for touch in event.touches for bundle in self._at(touch)]
        begins = self._begins(event)
        covered = self.rows if begins else self.rows[min(at) : max(at) + 1]
        column = 1 + max(row.last_column for row in covered)
        for row in covered:
            row.last_column = column
        return column

    def _begins(self, event: Event) -> bool:
        """Whether it is a part of the package that takes nothing in."""
        return event.bloq in self.family_of and all(touch.side == "out" for touch in event.touches)

    def _read(self, event: Event) -> tuple[Port, ...]:
        """Results that a search must not find again: its circuit is the same, its fix-up differs."""
        if event.bloq not in EXCLUDES_RESULTS:
            return ()
        at = self.events.index(event)
        held = [b for b in self.bundles if b.born is not None and b.born < at and b.dies is None]
        found = [b for b in held if b.wires[0] in self.traced.classical]
        return tuple(Port(row=self._index(b), mark="box", text="not again", side="thru") for b in found)

    def _step(self, event: Event, column: int) -> DrawnStep:
        ports = tuple(
            Port(
                row=self._index(bundle),
                mark=touch.mark,
                text=port_text(event, touch, bundle.wires),
                side=touch.side,
            )
            for touch in event.touches
            for bundle in self._at(touch)
        )
        if event.bloq in MEASUREMENTS:  # drawn as one box where the wire turns classical
            ports = ports[:1]
        ports = _side_by_side(ports + self._read(event))
        family = self.family_of.get(event.bloq.rstrip("†"))
        boxes = all(port.mark == "box" for port in ports) and not event.is_one_wire
        is_box = boxes and (len(ports) > 1 or family is not None or event.times > 1)
        return DrawnStep(
            column=column,
            title=f"{event.bloq}{f' × {event.times}' if event.times > 1 else ''}" if is_box else event.title,
            is_box=is_box,
            is_joined=not event.is_one_wire,
            family=family or "gate",
            ports=ports,
        )

    def _wire(self, bundle: _Bundle, columns: list[int]) -> Wire:
        origins = [self.traced.origins[wire] for wire in bundle.wires]
        to = [self.traced.destinations[w] for w in bundle.wires if w in self.traced.destinations]
        label, size = describe(origins)
        out_label = describe(to)[0] if to and len(to) == len(bundle.wires) else ""
        if bundle.born is not None and (out_label or origins[0].name in SAID_BY_THE_BOX):
            label = ""
        return Wire(
            row=self._index(bundle),
            start=None if bundle.born is None else columns[bundle.born],
            end=None if bundle.dies is None else columns[bundle.dies],
            label=label,
            size=size,
            n_bits=len(bundle.wires),
            is_classical=bundle.wires[0] in self.traced.classical,
            out_label="" if out_label == label else out_label,
        )


def _numbered(wires: list[Wire]) -> list[Wire]:
    """Wires of one label on several rows get numbers, in the order in which they begin."""
    alike: dict[str, list[int]] = defaultdict(list)
    for i, wire in enumerate(wires):
        if wire.label and wire.start is not None:
            alike[wire.label].append(i)
    named = list(wires)
    for label, members in alike.items():
        if len({wires[i].row for i in members}) > 1:
            ordered = sorted(members, key=lambda i: (wires[i].start, wires[i].row))
            for number, i in enumerate(ordered, 1):
                named[i] = attrs.evolve(wires[i], label=f"{label} {number}")
    return named


def _side_by_side(ports: tuple[Port, ...]) -> tuple[Port, ...]:
    """What goes in and what comes out on the same row as one port, for both texts stand in the same place."""
    by_row: dict[int, list[Port]] = defaultdict(list)
    for port in ports:
        by_row[port.row].append(port)
    return tuple(
        attrs.evolve(first, text=" → ".join(dict.fromkeys([first.text, *(port.text for port in others)])))
        for first, *others in by_row.values()
    )


def port_text(event: Event, touch: Touch, wires: Sequence[int]) -> str:
    """What stands at a port: the symbols' texts, shortened if there are more than two."""
    if event.bloq in MEASUREMENTS:
        return MEASUREMENTS[event.bloq]
    if event.bloq == "And†":
        return "∧†"
    texts = [signed(text) for text in dict.fromkeys(touch.texts[touch.wires.index(w)] for w in wires)]
    return ", ".join(texts) if len(texts) <= 2 else f"{texts[0]} … {texts[-1]}"


def describe(origins: list[Origin]) -> tuple[str, str]:
    """Name and width in words of a bundle: ("key", "2 × 3 bits"), ("key[0]", "3 bits"), ("flag", "1 bit")."""
    first, n_bits = origins[0], len(origins)
    n_items = len({origin.index for origin in origins})
    is_whole = n_bits == n_items * first.width
    size = (
        f"{n_items} × {_bits(first.width)}" if n_items > 1 and first.width > 1 and is_whole else _bits(n_bits)
    )
    if len({origin.name for origin in origins}) > 1:
        return ", ".join(sorted({origin.name for origin in origins})), size
    if n_items == math.prod(first.shape) and is_whole:
        return first.name, size
    inner = math.prod(first.shape[1:])
    if n_items == inner > 1 and len({origin.index[0] for origin in origins}) == 1:  # one row of a table
        return f"{first.name}[{first.index[0]}]", size
    indices = [origin.index for origin in origins]
    if (
        n_items > 1
        and len(first.shape) == 1
        and indices == [(i,) for i in range(first.index[0], indices[-1][0] + 1)]
    ):
        return f"{first.name}[{first.index[0]}…{indices[-1][0]}]", size
    if n_items > 1:
        return f"{first.name}, other bits", size
    index = "".join(f"[{i}]" for i in first.index)
    if not is_whole:
        index += f"[{_numbers([origin.bit for origin in origins])}]"
    return first.name + index, size if n_bits > 1 else ""


def _numbers(numbers: list[int]) -> str:
    """Ascending, neighbours as a range: "1…4" for 4, 3, 2, 1."""
    low, high = min(numbers), max(numbers)
    if len(numbers) > 1 and high - low == len(numbers) - 1:
        return f"{low}…{high}"
    return ", ".join(map(str, sorted(numbers)))


def _bits(n_bits: int) -> str:
    return f"{n_bits} bit" if n_bits == 1 else f"{n_bits} bits"
