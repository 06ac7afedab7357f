"""Counts that several tests cost."""

import pytest

from qattention.estimates.physical import LogicalCounts

# The peers' Grover search of 2^12 keys: what Q# counts of it.
PEERS = LogicalCounts(n_qubits=209, n_ccz=479_750, n_measurements=213_612)


@pytest.fixture
def peers() -> LogicalCounts:
    return PEERS
