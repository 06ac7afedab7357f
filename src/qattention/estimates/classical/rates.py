"""Recorded rates of classical machines, from a data file with sources."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import attrs

from qattention.errors import SpecError, bad
from qattention.estimates.strict import structured


@attrs.frozen(kw_only=True)
class ClassicalRate:
    """A machine's rate at exact attention.

    Attributes:
        kind: peak of a datasheet, published measurement, recorded or just measured by this package.
        flops_per_s: a multiply-add is two. bytes_per_s: of keys and values from memory; 0 is not counted.
    Raises:
        SpecError: a rate that is not positive, a negative bandwidth.
    """

    name: str
    kind: Literal["peak", "published", "recorded", "measured"]
    what: str
    flops_per_s: float
    bytes_per_s: float
    source: str

    def __attrs_post_init__(self) -> None:
        problems = []
        if not self.flops_per_s > 0:
            problems.append(bad("flops_per_s", self.flops_per_s, "positive"))
        if not self.bytes_per_s >= 0:
            problems.append(bad("bytes_per_s", self.bytes_per_s, "at least 0"))
        if problems:
            raise SpecError(problems)

    def seconds(self, flops: float, n_bytes: float) -> float:
        """The longer of computing and reading."""
        reading = n_bytes / self.bytes_per_s if self.bytes_per_s else 0.0
        return max(flops / self.flops_per_s, reading)


@attrs.frozen(kw_only=True)
class _RateFile:
    rate: tuple[ClassicalRate, ...]


@lru_cache
def recorded_rates() -> tuple[ClassicalRate, ...]:
    """Those of `rates.toml`, the yardstick of an estimate's line first."""
    text = files(__package__).joinpath("rates.toml").read_text(encoding="utf-8")
    return structured(tomllib.loads(text), _RateFile, "rates").rate
