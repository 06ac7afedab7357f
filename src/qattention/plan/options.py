"""`PlanOptions`: what the user asks of a plan, before anything is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from qattention.circuit import INNER_PRODUCTS, LOADERS, MOST_ROWS, UNITARY, UNLOADS, LoaderKind
from qattention.circuit.circuit import is_power
from qattention.errors import SpecError, bad, near
from qattention.options import declared, option
from qattention.plan.algorithms import ALGORITHMS, DEFAULT
from qattention.plan.hardware import HardwareMemory
from qattention.plan.rows import MEASURED
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
        "algorithm": DEFAULT.name,
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
        rows_per_load: rows on one loaded key, or "auto"; unless given 1, and "auto" for a shared load and for
            the least physical cost, which compares all plans.
        union_share: of rows on one load, without a head: the distinct heavy keys among them over what they
            would be if no two had one in common, or "measured" for what real heads have.
        search: a schedule, or "auto" for the best of those that certify.
        unload_block: addresses that a measured unload makes one-hot at once; chosen unless given.
        max_t_depth: cap on the T depth of one iteration of a find, its parts one after another.
        plan: "naive": every choice is that of `naive`; others may not be given.
        memory_latency_us, memory_error: of one query, with a device only; 0 and 0, the ideal device, unless
            given.
        memory_step_us, memory_step_error: of one router of a brigade, in place of them: both grow with log n.
    Raises:
        SpecError: one line for every option that is not available, naming what is.
    """

    algorithm: str | None = option(
        "How rows share work.", choices=tuple(ALGORITHMS), group=PLAN, told=DEFAULT.name
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
    unload: str = option(
        "How a loaded key is given back: measured, or by the load's inverse, without a fix-up.",
        default=UNLOADS[0],
        choices=UNLOADS,
        group=LOOKUP,
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
        "Query rows evaluated on one loaded key, or auto.",
        metavar="R|auto",
        group=PLAN,
        told="1; auto with --minimize physical",
    )
    union_share: str | float | None = option(
        "Distinct heavy keys of the R rows on a load over R k, without HEAD.",
        metavar="SHARE|measured",
        group=PLAN,
        told="1",
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
    memory_step_us: float | None = option(
        "Microseconds of a router's step, for a device that slows with log n.", group=LOOKUP, told="none"
    )
    memory_step_error: float | None = option(
        "Error of a router's step, for a device that errs with log n squared.", group=LOOKUP, told="none"
    )

    def memory_of(self, n_keys: int) -> HardwareMemory:
        """The device that a loader may stand for."""
        if self.memory_step_us is not None or self.memory_step_error is not None:
            return HardwareMemory.of_brigade(
                n_keys, self.memory_step_us or 0.0, self.memory_step_error or 0.0
            )
        return HardwareMemory(latency_us=self.memory_latency_us or 0.0, p_query=self.memory_error or 0.0)

    @property
    def shared(self) -> str | float | None:
        """Distinct heavy keys of rows on a load, as a share: a number, MEASURED, or None for 1."""
        if self.union_share is None or self.union_share == MEASURED:
            return self.union_share
        return float(self.union_share)

    @property
    def kind(self) -> LoaderKind | None:
        """The loader that is asked for; None where it is to be chosen."""
        return None if self.loader == AUTO else LOADERS.find(self.loader)

    @property
    def is_join(self) -> bool:
        """Whether blocks of pairs may be searched in place of rows."""
        return self.algorithm is not None and ALGORITHMS[self.algorithm].is_join

    @property
    def must_share(self) -> bool:
        """Whether the algorithm that is named puts more than one row on a load."""
        kind = ALGORITHMS.get(self.algorithm or "")  # asked for before an unknown name is refused
        return kind is not None and kind.shares is True

    @property
    def of_rows(self) -> PlanOptions:
        """The same for algorithms of rows alone, however many share a load."""
        return attrs.evolve(self, algorithm=None, rows_per_load=AUTO)

    @property
    def n_rows_per_load(self) -> int | None:
        """Rows on one loaded key; None where they are to be chosen."""
        if self.rows_per_load is None or self.rows_per_load == AUTO:
            compared = self.rows_per_load == AUTO or self.minimize == "physical"  # like with like
            left_open = self.must_share or (self.algorithm is None and compared)
            return None if left_open else 1
        return int(self.rows_per_load)

    def __attrs_post_init__(self) -> None:
        problems = [*self._choice_problems()]
        if not problems:
            problems += [*self._block_problems(), *self._memory_problems()]
        if not problems:
            problems += self._join_problems()
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
        if self.unload == UNITARY and self.kind is not None and not self.kind.inverts:
            able = " or ".join(name for name, kind in LOADERS.items() if kind.inverts)
            yield bad("unload", self.unload, f"measured, unless --loader {able}")
        if self.unload == UNITARY and self.unload_block is not None:
            yield bad("unload_block", self.unload_block, "absent with --unload unitary")
        if self.unload_block is not None and not is_power(self.unload_block):
            yield bad("unload_block", self.unload_block, "a power of two, at most 2**60")

    def _rows_problems(self) -> Iterable[str]:
        if self.rows_per_load not in (None, AUTO) and not _is_count(self.rows_per_load):
            yield bad("rows_per_load", self.rows_per_load, f"an integer in 1..{MOST_ROWS}, or auto")
            return
        if self.union_share not in (None, MEASURED) and not _is_share(self.union_share):
            yield bad("union_share", self.union_share, f"a number above 0 and at most 1, or {MEASURED}")
        rows, kind = self.n_rows_per_load, ALGORITHMS.get(self.algorithm or "")
        shares = rows is None or rows > 1
        if kind is not None and kind.shares is not None and shares != kind.shares:
            allowed = f"{'at least 2, or auto' if kind.shares else '1'} with --algorithm {kind}"
            yield bad("rows_per_load", self.rows_per_load, allowed)

    def _join_problems(self) -> Iterable[str]:
        """What a join leaves no choice of: its phases stop early, and one certificate covers all pairs."""
        if not self.is_join:
            return
        left = {field.name: field.default for field in attrs.fields(PlanOptions)}
        for name in ("rows_per_load", "search", "max_t_depth", "unload_block", "union_share", "unload"):
            if getattr(self, name) != left[name]:
                yield bad(name, getattr(self, name), f"absent with --algorithm {self.algorithm}")
        if self.padding == "off":
            yield bad("padding", "off", f"on or auto with --algorithm {self.algorithm}: blocks are full")
        if self.minimize not in ("toffoli",):
            yield bad("minimize", self.minimize, f"toffoli with --algorithm {self.algorithm}")
        if self.kind is not None and not self.kind.has_fix_up:
            yield bad("loader", str(self.loader), f"one in gates with --algorithm {self.algorithm}")

    def _named_problems(self) -> Iterable[str]:
        if self.plan == "naive":
            left = {field.name: field.default for field in attrs.fields(PlanOptions)}
            for field, value in naive().items():
                if getattr(self, field) not in (left[field], value):
                    yield bad(field, getattr(self, field), f"absent, or {value}, with --plan naive")

    def _memory_problems(self) -> Iterable[str]:
        constant, steps = ("memory_latency_us", "memory_error"), ("memory_step_us", "memory_step_error")
        given = {name: getattr(self, name) for name in (*constant, *steps)}
        if self.kind is None or not self.kind.is_device:
            devices = " or ".join(name for name, kind in LOADERS.items() if kind.is_device)
            allowed = f"absent unless --loader {devices}"
            yield from (bad(name, value, allowed) for name, value in given.items() if value is not None)
            return
        if any(given[name] is not None for name in constant) and any(
            given[name] is not None for name in steps
        ):
            yield from (
                bad(name, given[name], "absent beside a constant")
                for name in steps
                if given[name] is not None
            )
            return
        try:
            self.memory_of(1)  # its validators name the option
        except SpecError as error:
            yield from error.problems


def _is_share(value: object) -> bool:
    try:
        return not isinstance(value, bool) and 0.0 < float(value) <= 1.0  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def _is_count(value: object) -> bool:
    return str(value).isdecimal() and 1 <= int(str(value)) <= MOST_ROWS
