"""`PlanOptions`: what the user asks of a plan, before anything is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from qattention.circuit import INNER_PRODUCTS, LOADERS, MOST_ROWS, LoaderKind
from qattention.circuit.circuit import is_power
from qattention.errors import SpecError, bad, near
from qattention.options import declared, option
from qattention.plan.hardware import HardwareMemory
from qattention.search import DEFAULT_SCHEDULE, TEXTBOOK_SCHEDULE, schedule_names

AUTO = "auto"
PLAN, LOOKUP, LIMITS = "How rows are searched", "Loading and summing", "What is best, and caps"


def _auto(names: Callable[[], Iterable[str]]) -> Callable[[], tuple[str, ...]]:
    return lambda: (AUTO, *names())


def _limit(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
    sound = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    if value is not None and not sound:
        raise SpecError(bad(attribute.name, value, "an integer of at least 1"))


def naive() -> dict[str, Any]:
    """What stock parts give: the price to compare a chosen plan with.

    The look-up is undone by a walk over all addresses again, products are held and undone by their inverse,
    and searches are restarted with the 3/4 rule's repeats.
    """
    return {
        "algorithm": "row-by-row",
        "loader": LOADERS.stock.name,
        "unload_block": 1,
        "inner_product": INNER_PRODUCTS.stock.name,
        "search": TEXTBOOK_SCHEDULE,
        "rows_per_load": 1,
        "padding": "off",
    }


@attrs.frozen(kw_only=True)
class PlanOptions:
    """The plan options of the command, by their names there.

    Attributes:
        loader: a name, "auto", or the record of a loader of one's own.
        rows_per_load: rows on one loaded key, or "auto"; unless given 1, and "auto" for a shared load.
        search: a schedule, or "auto" for the best of those that certify.
        unload_block: addresses that a measured unload makes one-hot at once; chosen unless given.
        max_t_depth: cap on the T depth of one iteration of a find, its parts one after another.
        plan: "naive": every choice is that of `naive`; others may not be given.
        memory_latency_us, memory_error: of one query, with a device only; 0 and 0, the ideal device, unless
            given.
    Raises:
        SpecError: one line for every option that is not available, naming what is.
    """

    algorithm: str = option(
        "How rows share work.", default=AUTO, choices=("row-by-row", "shared-load", AUTO), group=PLAN
    )
    loader: str | LoaderKind = option(
        "The memory that keys are loaded from, or package.module:Class of your own.",
        default=AUTO,
        choices=_auto(lambda: LOADERS),
        group=LOOKUP,
    )
    block_size: int | None = option(
        "Keys that a loader looks up at once, a power of two.", group=LOOKUP, told="the best"
    )
    unload_block: int | None = option(
        "Addresses that an unload makes one-hot at once, a power of two.", group=LOOKUP, told="the best"
    )
    inner_product: str = option(
        "The form of <q, k> - tau.", default=AUTO, choices=_auto(lambda: INNER_PRODUCTS), group=LOOKUP
    )
    search: str = option(
        "The find-all schedule.",
        default=DEFAULT_SCHEDULE,
        choices=lambda: (*schedule_names(), AUTO),
        group=PLAN,
    )
    rows_per_load: int | str | None = option(
        "Query rows evaluated on one loaded key, or auto.", metavar="R|auto", group=PLAN, told="1"
    )
    padding: str = option(
        "Search all 2**m addresses.", default=AUTO, choices=("on", "off", AUTO), group=LOOKUP
    )
    minimize: str = option(
        "What the chosen plan has least of.",
        default="toffoli",
        choices=("toffoli", "t-depth", "qubits", "volume", "physical"),
        group=LIMITS,
    )
    max_qubits: int | None = option("Cap on logical qubits.", validator=_limit, group=LIMITS, told="none")
    max_t_depth: int | None = option(
        "Cap on the T depth of an iteration.", validator=_limit, group=LIMITS, told="none"
    )
    plan: str | None = option(
        "naive: stock parts, to compare with.", choices=("naive",), group=LIMITS, told="chosen"
    )
    memory_latency_us: float | None = option("Microseconds of one query of a device.", group=LOOKUP, told="0")
    memory_error: float | None = option(
        "Probability that one query of a device goes wrong.", group=LOOKUP, told="0"
    )

    @property
    def memory(self) -> HardwareMemory:
        """The device that a loader may stand for."""
        return HardwareMemory(latency_us=self.memory_latency_us or 0.0, p_query=self.memory_error or 0.0)

    @property
    def kind(self) -> LoaderKind | None:
        """The loader that is asked for; None where it is to be chosen."""
        return None if self.loader == AUTO else LOADERS.find(self.loader)

    @property
    def n_rows_per_load(self) -> int | None:
        """Rows on one loaded key; None where they are to be chosen."""
        if self.rows_per_load is None or self.rows_per_load == AUTO:
            left_open = self.algorithm == "shared-load" or (
                self.algorithm == AUTO and self.rows_per_load == AUTO
            )
            return None if left_open else 1
        return int(self.rows_per_load)

    def __attrs_post_init__(self) -> None:
        problems = [*self._choice_problems()]
        if not problems:
            problems += [*self._block_problems(), *self._memory_problems()]
        problems += [*self._rows_problems(), *self._named_problems()]
        if problems:
            raise SpecError(problems)
        for field, value in naive().items() if self.plan == "naive" else ():
            object.__setattr__(self, field, value)  # still being made

    def _choice_problems(self) -> Iterable[str]:
        for one in declared(PlanOptions):
            value = getattr(self, one.name)
            choices = one.option.choices() if one.option.choices else ()
            if choices and value is not None and isinstance(value, str) and value not in choices:
                yield bad(one.name, value, " or ".join(choices)) + near(value, choices)

    def _block_problems(self) -> Iterable[str]:
        blocks, fits = [name for name, kind in LOADERS.items() if kind.has_blocks], self.kind is None
        if self.block_size is not None and not (
            (fits or (self.kind is not None and self.kind.has_blocks)) and is_power(self.block_size, least=2)
        ):
            allowed = f"a power of two in 2..2**60, with a loader that has blocks ({' or '.join(blocks)})"
            yield bad("block_size", self.block_size, allowed)
        if self.unload_block is not None and not is_power(self.unload_block):
            yield bad("unload_block", self.unload_block, "a power of two, at most 2**60")

    def _rows_problems(self) -> Iterable[str]:
        if self.rows_per_load not in (None, AUTO) and not _is_count(self.rows_per_load):
            yield bad("rows_per_load", self.rows_per_load, f"an integer in 1..{MOST_ROWS}, or auto")
            return
        rows, wrong = self.n_rows_per_load, {"row-by-row": "1", "shared-load": "at least 2, or auto"}
        shares = rows is None or rows > 1
        if self.algorithm in wrong and shares != (self.algorithm == "shared-load"):
            allowed = f"{wrong[self.algorithm]} with --algorithm {self.algorithm}"
            yield bad("rows_per_load", self.rows_per_load, allowed)

    def _named_problems(self) -> Iterable[str]:
        if self.plan == "naive":
            left = {field.name: field.default for field in attrs.fields(PlanOptions)}
            for field, value in naive().items():
                if getattr(self, field) not in (left[field], value):
                    yield bad(field, getattr(self, field), f"absent, or {value}, with --plan naive")

    def _memory_problems(self) -> Iterable[str]:
        given = {name: getattr(self, name) for name in ("memory_latency_us", "memory_error")}
        if self.kind is None or not self.kind.is_device:
            devices = " or ".join(name for name, kind in LOADERS.items() if kind.is_device)
            allowed = f"absent unless --loader {devices}"
            yield from (bad(name, value, allowed) for name, value in given.items() if value is not None)
            return
        try:
            self.memory  # noqa: B018  # its validators name the option
        except SpecError as error:
            yield from error.problems


def _is_count(value: object) -> bool:
    return str(value).isdecimal() and 1 <= int(str(value)) <= MOST_ROWS
