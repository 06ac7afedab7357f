"""`PlanOptions`: what the user asks of a plan, before anything is chosen."""

from __future__ import annotations

from typing import Any

import attrs

from qattention.errors import SpecError, bad
from qattention.plan.hardware import HardwareMemory
from qattention.plan.loader_names import BLOCKED, FORM_NAMES
from qattention.plan.plan import MOST_ROWS
from qattention.plan.product_names import PRODUCT_NAMES
from qattention.problem.spec import MAX_SIZE
from qattention.search import schedule_names

# What stands today, "auto" included where there is a choice to make: anything
# else of the command's vocabulary is refused, and the line says what is available.
AVAILABLE: dict[str, tuple[Any, ...]] = {
    "algorithm": ("row-by-row", "shared-load", "auto"),
    "loader": ("auto", *FORM_NAMES),  # and what is entered there later
    "inner_product": (*PRODUCT_NAMES, "auto"),
    "search": (*schedule_names(), "auto"),
    "padding": ("auto", "on", "off"),
    "minimize": ("toffoli", "t-depth", "qubits", "volume", "physical"),
    "plan": (None, "naive"),
}

# What stock parts give: the look-up undone by a walk over all addresses again, products held and undone by
# inverse, restarted searches with the 3/4 rule's repeats. The price to compare a chosen plan with.
NAIVE: dict[str, Any] = {
    "algorithm": "row-by-row",
    "loader": "qrom",
    "unload_block": 1,
    "inner_product": "product",
    "search": "bbht",
    "rows_per_load": 1,
    "padding": "off",
}


def _limit(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
    sound = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    if value is not None and not sound:
        raise SpecError(bad(attribute.name, value, "an integer of at least 1"))


@attrs.frozen(kw_only=True)
class PlanOptions:
    """The plan options of the command, by their names there.

    Attributes:
        rows_per_load: rows on one loaded key, or "auto"; unless given 1, and "auto" for a shared load.
        search: a schedule, or "auto" for the best of those that certify.
        unload_block: addresses that a measured unload makes one-hot at once; chosen unless given.
        max_qubits: cap on logical qubits.
        max_t_depth: cap on the T depth of one iteration of a find, its parts one after another.
        plan: "naive": every choice is that of `NAIVE`; others may not be given.
        memory_latency_us, memory_error: of one query to a device, with the loader "hardware" only; 0 and 0,
            the ideal device, unless given.
    Raises:
        SpecError: one line for every option that is not available, naming what is.
    """

    algorithm: str = "auto"
    loader: str = "auto"
    block_size: int | None = None
    unload_block: int | None = None
    inner_product: str = "auto"
    search: str = "adaptive"
    rows_per_load: int | str | None = None
    padding: str = "auto"
    minimize: str = "toffoli"
    max_qubits: int | None = attrs.field(default=None, validator=_limit)
    max_t_depth: int | None = attrs.field(default=None, validator=_limit)
    plan: str | None = None
    memory_latency_us: float | None = None
    memory_error: float | None = None

    @property
    def memory(self) -> HardwareMemory:
        """The device that a hardware loader stands for."""
        return HardwareMemory(latency_us=self.memory_latency_us or 0.0, p_query=self.memory_error or 0.0)

    @property
    def n_rows_per_load(self) -> int | None:
        """Rows on one loaded key; None where they are to be chosen."""
        if self.rows_per_load is None or self.rows_per_load == "auto":
            left_open = self.algorithm == "shared-load" or (
                self.algorithm == "auto" and self.rows_per_load == "auto"
            )
            return None if left_open else 1
        return int(self.rows_per_load)

    def __attrs_post_init__(self) -> None:
        problems = [
            bad(field, getattr(self, field), _choices(allowed))
            for field, allowed in AVAILABLE.items()
            if getattr(self, field) not in allowed and not (field == "loader" and self.loader in FORM_NAMES)
        ]
        if self.block_size is not None and not (
            self.loader in ("auto", *BLOCKED) and _is_block(self.block_size)
        ):
            loaders = " or ".join(BLOCKED)
            allowed = f"a power of two in 2..2**60, with a loader that has blocks ({loaders})"
            problems.append(bad("block_size", self.block_size, allowed))
        if self.unload_block is not None and not (self.unload_block == 1 or _is_block(self.unload_block)):
            problems.append(bad("unload_block", self.unload_block, "a power of two, at most 2**60"))
        problems += self._rows_problems()
        problems += self._memory_problems()
        problems += self._named_problems()
        if problems:
            raise SpecError(problems)
        for field, value in NAIVE.items() if self.plan == "naive" else ():
            object.__setattr__(self, field, value)  # still being made

    def _rows_problems(self) -> list[str]:
        if self.rows_per_load not in (None, "auto") and not _is_count(self.rows_per_load):
            return [bad("rows_per_load", self.rows_per_load, f"an integer in 1..{MOST_ROWS}, or auto")]
        rows, wrong = self.n_rows_per_load, {"row-by-row": "1", "shared-load": "at least 2, or auto"}
        shares = rows is None or rows > 1
        if self.algorithm in wrong and shares != (self.algorithm == "shared-load"):
            allowed = f"{wrong[self.algorithm]} with --algorithm {self.algorithm}"
            return [bad("rows_per_load", self.rows_per_load, allowed)]
        return []

    def _named_problems(self) -> list[str]:
        if self.plan != "naive":
            return []
        left = {field.name: field.default for field in attrs.fields(PlanOptions)}
        return [
            bad(field, getattr(self, field), f"absent, or {value}, with --plan naive")
            for field, value in NAIVE.items()
            if getattr(self, field) not in (left[field], value)
        ]

    def _memory_problems(self) -> list[str]:
        given = {name: getattr(self, name) for name in ("memory_latency_us", "memory_error")}
        if self.loader != "hardware":
            allowed = "absent unless --loader hardware"
            return [bad(name, value, allowed) for name, value in given.items() if value is not None]
        try:
            self.memory  # noqa: B018  # its validators name the option
        except SpecError as error:
            return list(error.problems)
        return []


def _is_block(value: object) -> bool:
    return isinstance(value, int) and 2 <= value <= MAX_SIZE and value & (value - 1) == 0


def _is_count(value: object) -> bool:
    return str(value).isdecimal() and 1 <= int(str(value)) <= MOST_ROWS


def _choices(allowed: tuple[Any, ...]) -> str:
    told = dict.fromkeys("absent" if choice is None else choice for choice in allowed)
    return " or ".join(told) + " (what is available now)"
