"""Recorded rates of classical machines, from a data file with sources."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import attrs

from qattention.errors import SpecError, bad
from qattention.estimates.strict import structured

Task = Literal["attention", "search"]
BITS_A_BYTE = 8


@attrs.frozen(kw_only=True)
class ClassicalRate:
    """A machine's rate at exact attention, or at finding keys.

    Attributes:
        kind: peak of a datasheet, published measurement, recorded or just measured by this package.
        flops_per_s: a multiply-add is two. bytes_per_s: of keys and values from memory; 0 is not counted.
        bits: of a component. launch_s: the least that one call takes (replayed from a CUDA graph: 25.8 us
            for a kernel of about 24 on a B200, dogacel.github.io, March 2026).
        tasks: what it is a rate of: attention, or search: logits and selection.
        checked: how its source was looked up.
    Raises:
        SpecError: a rate that is not positive, a negative bandwidth or launch.
    """

    name: str
    kind: Literal["peak", "published", "recorded", "measured"]
    what: str
    flops_per_s: float
    bytes_per_s: float
    source: str
    bits: int = 2 * BITS_A_BYTE
    launch_s: float = 0.0
    tasks: tuple[Task, ...] = ("attention", "search")
    checked: Literal["read", "second hand", "not read"] = "read"

    def __attrs_post_init__(self) -> None:
        problems = []
        if not self.flops_per_s > 0:
            problems.append(bad("flops_per_s", self.flops_per_s, "positive"))
        if not self.bytes_per_s >= 0:
            problems.append(bad("bytes_per_s", self.bytes_per_s, "at least 0"))
        if not self.launch_s >= 0:
            problems.append(bad("launch_s", self.launch_s, "at least 0"))
        if problems:
            raise SpecError(problems)

    def seconds(self, flops: float, n_bytes: float) -> float:
        """The longest of computing, of reading, and of the launch; `n_bytes` at two a component."""
        return max(self._times(flops, n_bytes).values())

    def limit(self, flops: float, n_bytes: float) -> str:
        """What takes that long: computing, memory or launch."""
        times = self._times(flops, n_bytes)
        return max(times, key=times.__getitem__)

    def _times(self, flops: float, n_bytes: float) -> dict[str, float]:
        read = n_bytes * self.bits / (2 * BITS_A_BYTE)
        memory = read / self.bytes_per_s if self.bytes_per_s else 0.0
        return {"computing": flops / self.flops_per_s, "memory": memory, "launch": self.launch_s}


@attrs.frozen(kw_only=True)
class _RateFile:
    rate: tuple[ClassicalRate, ...]


@lru_cache
def recorded_rates() -> tuple[ClassicalRate, ...]:
    """Those of `rates.toml`, the yardstick of an estimate's line first."""
    text = files(__package__).joinpath("rates.toml").read_text(encoding="utf-8")
    return structured(tomllib.loads(text), _RateFile, "rates").rate
