"""Oracles with data, seeded."""

from functools import cache

import attrs
import numpy as np
import pytest

from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.circuit import Circuit
from qattention.estimates.request import Request
from qattention.problem import load_head
from qattention.simulate.run import run_head


@pytest.fixture
def make_oracle():
    """oracle(n_keys, head_dim, key_bits, ...): about a quarter of the keys heavy, some of them excluded.

    Further names are choices of its circuit.
    """

    def make(
        n_keys,
        head_dim,
        key_bits,
        *,
        padded=False,
        seed=0,
        n_excluded=2,
        threshold=None,
        circuit=None,
        **made_of,
    ):
        rng = np.random.default_rng((seed, n_keys, head_dim, key_bits))
        half = 2 ** (key_bits - 1)
        keys = rng.integers(-half, half, (n_keys, head_dim))
        weights = rng.integers(-half, half, head_dim)
        acc = keys @ weights
        tau = int(np.sort(acc)[-max(1, n_keys // 4)]) if threshold is None else threshold
        excluded = tuple(np.flatnonzero(acc >= tau)[:n_excluded].tolist())
        padding = "on" if padded else "off"
        made = attrs.evolve(circuit or Circuit(), padding=padding, **made_of)
        table = KeyTable.from_values(keys, key_bits)
        return HeavyKeyOracle(table, tuple(weights.tolist()), tau, excluded, circuit=made)

    return make


@pytest.fixture(scope="session")
def asked():
    """asked(head, ...): what options ask of a sample or of data, its plan chosen once."""

    @cache
    def of_sample(name, options):
        return Request.of(load_head(name), **dict(options))

    def make(head, **options):
        if isinstance(head, str):
            return of_sample(head, tuple(sorted(options.items())))
        return Request.of(head, **options)

    return make


@pytest.fixture(scope="session")
def run(asked):
    """run(head, rows, ...): those rows by the plan that an estimate of the same options would choose."""

    def by_its_plan(head, rows=None, *, how=None, **options):
        request = asked(head, **options)
        return run_head(request.question, request.totals, rows, **(how or {}))

    return by_its_plan
