"""Parts by path add up to the whole."""

import math

import numpy as np
import pytest

from qattention.bloqs.address_phase import FlagPhase
from qattention.bloqs.grover import GroverIterate
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.compiler import bloq_counts, breakdown, find_part
from qattention.errors import SpecError
from qattention.lowering.lower import lower
from qattention.lowering.resources import count


@pytest.fixture
def iteration() -> GroverIterate:
    weights = tuple(np.random.default_rng(0).integers(-8, 8, 5).tolist())
    return GroverIterate(HeavyKeyOracle(KeyTable(n_keys=100, head_dim=5, key_bits=4), weights, 3))


def test_parts_of_an_iteration(iteration: GroverIterate) -> None:
    parts = {part.path: part.toffoli for part in breakdown(iteration)}
    assert set(parts) == {"oracle/load", "oracle/inner_product", "oracle/unload", "reflection"}
    assert parts["oracle/load"] == 98
    assert sum(parts.values()) == bloq_counts(iteration).toffoli
    assert list(parts.values()) == sorted(parts.values(), reverse=True)


@pytest.mark.parametrize("path", ["oracle", "reflection", "reflection/uniform", "oracle/inner_product"])
def test_parts_below_a_path_add_up_to_it(iteration: GroverIterate, path: str) -> None:
    below = breakdown(iteration, path)
    assert sum(part.toffoli for part in below) == find_part(iteration, path).toffoli > 0
    assert all(part.path.startswith(f"{path}/") for part in below)


def test_a_part_without_parts_is_itself(iteration: GroverIterate) -> None:
    (unload,) = breakdown(iteration, "oracle/unload")
    assert (unload.path, unload.toffoli) == ("oracle/unload", iteration.oracle.unload.n_ands())


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("orcale", "oracle, reflection"), ("oracle/store", "oracle/load"), ("oracle/unload/x", "no parts")],
)
def test_an_unknown_path_names_those_there_are(iteration: GroverIterate, path: str, allowed: str) -> None:
    with pytest.raises(SpecError, match=allowed):
        breakdown(iteration, path)


@pytest.mark.parametrize("eighths", range(-8, 9))
def test_every_odd_multiple_of_an_eighth_turn_is_a_t(eighths: int) -> None:
    """By bloqs and by gates alike: Clifford angles take neither T nor rotation."""
    phase = FlagPhase((1, 5), 3, eighths * math.pi / 4)
    counts, gates = bloq_counts(phase), count(lower(phase))
    assert (counts.t, counts.rotation) == (eighths % 2, 0)
    assert (gates.t, gates.rotation, gates.toffoli) == (counts.t, counts.rotation, counts.toffoli)
