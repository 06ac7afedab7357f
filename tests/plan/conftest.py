"""A schedule in closed form, so that these tests hold the sums and not the schedule."""

import math
from collections.abc import Iterator
from typing import ClassVar

import attrs
import pytest

from qattention.plan import searches
from qattention.search import Done, FixedPoint, ScheduleKind, SearchCost, schedule_kind


@attrs.frozen(kw_only=True, slots=False)
class Analytic:
    """Square roots of n with a smooth certificate; set `fixed_points` on the class."""

    fixed_points: ClassVar[bool] = False
    n_items: int
    n_promised: int
    eps: float

    def expected(self, n_marked: int, share: float = 1.0) -> SearchCost:
        del share
        root = math.sqrt(self.n_items)
        certificate = 0.25 * math.log(4 / self.eps) * root
        return SearchCost(
            find=1.2 * root * math.sqrt(n_marked),
            certificate=certificate,
            runs=2.0 * n_marked + 1,
            phased=certificate * self.fixed_points,
            rotations=2 * certificate * self.fixed_points,
        )

    def worst_case(self) -> SearchCost:
        mean = self.expected(self.n_promised)
        find, certificate = math.ceil(9 * mean.find), math.ceil(2 * mean.certificate)
        phased = certificate * self.fixed_points
        return SearchCost(find=find, certificate=certificate, runs=99, phased=phased, rotations=2 * phased)

    def begin(self, _rng: object) -> "Analytic":
        return self

    def next(self) -> object:
        return FixedPoint(iterations=3, eps=0.1) if self.fixed_points else Done(certified=True)


@pytest.fixture(autouse=True)
def analytic(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Analytic]]:
    def make(_name: str, n_items: int, n_promised: int, eps: float) -> Analytic:
        return Analytic(n_items=n_items, n_promised=n_promised, eps=eps)

    def kind(name: str) -> ScheduleKind:
        return attrs.evolve(schedule_kind(name), may_certify_with_phases=Analytic.fixed_points)

    monkeypatch.setattr(searches, "make_schedule", make)
    monkeypatch.setattr(searches, "schedule_kind", kind)
    yield Analytic
    Analytic.fixed_points = False
