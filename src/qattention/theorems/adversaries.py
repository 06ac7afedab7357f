"""Instances that reach the bounds: one query, keys of one channel, so that the logits are the keys."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from qattention.errors import SpecError, bad
from qattention.problem import AttentionHead
from qattention.reference.exact import IndexArray

Instance = tuple[AttentionHead, list[IndexArray]]


def _head(logits: list[float] | np.ndarray, values: np.ndarray) -> AttentionHead:
    return AttentionHead(
        q=np.ones((1, 1)), k=np.asarray(logits)[:, None], v=values[:, None], name="adversary"
    )


def split_mass(eta: float, n_light: int) -> Instance:
    """One heavy key against light ones at -eta, with exp(L) = n exp(-eta / 2).

    P gives the heavy key 1 / (1 + e^(-eta/2)), P~ 1 / (1 + e^(eta/2)): they differ by tanh(eta / 4), the most
    that a factor e^eta on one side can do. Values +1 and -1 make the output feel all of it.
    """
    logits = [math.log(n_light) - eta / 2] + [-eta] * n_light
    return _head(logits, np.array([1.0] + [-1.0] * n_light)), [np.array([0])]


def all_light(eta: float, n_light: int) -> Instance:
    """Nothing heavy, everything at -eta: D(A) = e^-eta D(B)."""
    return _head([-eta] * n_light, np.ones(n_light)), [np.empty(0, np.intp)]


def two_levels(eta: float, n_light: int) -> Instance:
    """Nothing heavy; a share 1 / (1 + e^(eta/2)) of the keys at eta, the rest at 0: furthest from uniform.

    Whatever the fill, P~ is uniform. The share is rounded to a whole number of keys.
    """
    n_top = min(n_light - 1, max(1, round(n_light / (1 + math.exp(eta / 2)))))
    logits = np.where(np.arange(n_light) < n_top, eta, 0.0)
    return _head(logits, np.where(logits > 0, 1.0, -1.0)), [np.empty(0, np.intp)]


ADVERSARIES: dict[str, Callable[[float, int], Instance]] = {
    "split-mass": split_mass,
    "all-light": all_light,
    "two-levels": two_levels,
}


def adversary(name: str, eta: float, n_light: int) -> Instance:
    """(head, find sets) of that name; raises SpecError for another name, eta <= 0 or fewer than 2 keys."""
    problems = []
    if name not in ADVERSARIES:
        problems.append(bad("name", name, "one of " + ", ".join(ADVERSARIES)))
    if not 0 < eta < math.inf:
        problems.append(bad("eta", eta, "a number above 0"))
    if n_light < 2:
        problems.append(bad("n_light", n_light, "at least 2"))
    if problems:
        raise SpecError(problems)
    return ADVERSARIES[name](eta, n_light)
