"""What a schedule is: one record holds everything that is known of it by its name.

Each record stands in the module of its schedule and is entered in `family.KINDS`; nobody else asks for a
schedule by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import frozen

from qattention.errors import SpecError, bad
from qattention.search.schedule import Schedule


@frozen(kw_only=True)
class ScheduleKind:
    """One way to find all marked items; no field has a default, so that none is forgotten.

    Attributes:
        name: as on the command, in files and in prose.
        schedule: made with `n_items`, `n_promised` and `eps`, and options of its own; with `verify` too
            where it trusts the promise.
        certifies: an episode ends with items left with probability at most eps, whatever is marked.
        trusts_promise: "nothing is left" rests on exactly `n_promised` items being marked.
        has_matched_steps: the last iteration of a run has phases of its own, unless they are -1.
        may_certify_with_phases: a certificate may be a coherent run whose iterations carry phases.
        finds_thresholds: it looks for the `n_promised` best items, no threshold being given.
        shares_loads: rows on one load may be searched as one, for the union of their marked items.
        is_textbook: the restarted search that the paper's theorem 3.1 assumes and stock parts give.
        summary: one sentence for reports. source: where it is from. limits: what it cannot do.
    """

    name: str
    schedule: Callable[..., Schedule]
    certifies: bool
    trusts_promise: bool
    has_matched_steps: bool
    may_certify_with_phases: bool
    finds_thresholds: bool
    shares_loads: bool
    is_textbook: bool
    summary: str
    source: str
    limits: str

    def make(self, n_items: int, n_promised: int, eps: float, **options: Any) -> Schedule:
        """For n_items, n_promised marked items promised, total failure eps.

        Raises SpecError for an unknown option and for values out of range.
        """
        try:
            return self.schedule(n_items=n_items, n_promised=n_promised, eps=eps, **options)
        except TypeError as error:
            raise SpecError(bad("search options", sorted(options), f"those of {self.name!r}")) from error

    def make_wary(self, n_items: int, n_promised: int, eps: float) -> Schedule:
        """The same where *at most* n_promised items are promised: it does not end on a count without proof.

        One that trusts exactly n_promised to be marked looks for more at the end. Raises as `make` does.
        """
        options = {"verify": True} if self.trusts_promise else {}
        return self.make(n_items, n_promised, eps, **options)
