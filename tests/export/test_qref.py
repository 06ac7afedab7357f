"""QREF: valid by its own schema, never unrolled, and Bartiq's totals are ours."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
import yaml
from bartiq import compile_routine
from qref import SchemaV1
from qualtran import Bloq

from qattention.bloqs.grover import GroverSearch
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.catalogue import RECORDS, BloqRecord
from qattention.compiler import bloq_counts
from qattention.errors import SpecError
from qattention.estimates import Estimate, estimate
from qattention.export import qref
from qattention.export.qref import estimate_to_qref, qref_yaml, to_qref
from qattention.plan import Plan
from qattention.problem import AttentionProblem

SLUGS = ("heavy_key_oracle", "grover_search", "measured_unload", "row_sums", "uniform_superposition")
EXAMPLES = [record for record in RECORDS if record.slug in SLUGS]


def compiled(document: dict[str, Any]) -> dict[str, float]:
    """Resources of the whole, by Bartiq from the YAML."""
    routine = compile_routine(SchemaV1(**yaml.safe_load(qref_yaml(document)))).routine
    return {name: float(one.value) for name, one in routine.resources.items()}


def nodes(program: dict[str, Any]) -> list[dict[str, Any]]:
    return [program, *(node for child in program.get("children", ()) for node in nodes(child))]


@pytest.mark.parametrize("record", EXAMPLES, ids=lambda record: record.slug)
def test_bartiq_counts_what_we_count(record: BloqRecord) -> None:
    bloq = record.example()
    counts = {name: count for name, count in attrs.asdict(bloq_counts(bloq)).items() if count}
    assert compiled(to_qref(bloq)) == counts


@pytest.fixture(scope="module")
def search() -> Bloq:
    """10^9 iterations: unrolled they would never end."""
    oracle = HeavyKeyOracle(KeyTable(n_keys=2**20, head_dim=8, key_bits=8), (3,) * 8, 5)
    return GroverSearch(oracle, 10**9)


def test_calls_in_a_row_are_repetitions(search: Bloq) -> None:
    document = to_qref(search)
    every = nodes(document["program"])
    assert len(every) < 1000
    assert 10**9 in {node["repetition"]["count"] for node in every if "repetition" in node}
    assert all(len(node["children"]) == 1 for node in every if "repetition" in node)
    assert compiled(document)["toffoli"] == bloq_counts(search).toffoli


def test_a_wrong_repetition_is_caught(search: Bloq) -> None:
    document = to_qref(search)
    loop = next(
        node for node in nodes(document["program"]) if node.get("repetition", {}).get("count") == 10**9
    )
    loop["repetition"]["count"] += 1
    assert compiled(document)["toffoli"] != bloq_counts(search).toffoli


def test_siblings_have_names_of_their_own(search: Bloq) -> None:
    for node in nodes(to_qref(search)["program"]):
        names = [child["name"] for child in node.get("children", ())]
        assert len(names) == len(set(names))


def test_a_tree_without_end_is_refused(search: Bloq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qref, "MAX_ROUTINES", 10)
    with pytest.raises(SpecError, match="more than 10 routines"):
        to_qref(search)


@pytest.fixture(scope="module", params=["all", "some"])
def found(request: pytest.FixtureRequest) -> Estimate:
    n_keys = {"all": 64, "some": 50}[request.param]
    return estimate(AttentionProblem(n_queries=8, n_keys=n_keys, head_dim=2, n_heavy=2), Plan())


def test_an_estimate_compiles_to_its_totals(found: Estimate) -> None:
    document = estimate_to_qref(found)
    totals, expected = compiled(document), found.logical.expected
    assert totals["logical_qubits"] == found.logical.qubits
    for name in ("toffoli", "measurement", "clifford"):
        assert totals[name] == pytest.approx(getattr(expected, name)), name
    assert totals.get("rotation", 0.0) == pytest.approx(expected.rotation)
    loop = next(node for node in nodes(document["program"]) if "repetition" in node)
    assert float(loop["repetition"]["count"]) == found.search.iterations_total


@pytest.mark.parametrize("times", [0.5, 1, 2])
def test_nothing_costs_less_than_nothing(found: Estimate, times: float) -> None:
    """Where the rows together take less than so many of the median row's iterations, too."""
    expected = found.logical.expected
    fewer = attrs.evolve(expected, toffoli=expected.toffoli * times, measurement=expected.measurement * times)
    logical = attrs.evolve(found.logical, expected=fewer)
    document = estimate_to_qref(attrs.evolve(found, logical=logical))
    totals = compiled(document)
    assert totals["toffoli"] == pytest.approx(fewer.toffoli)
    assert totals["measurement"] == pytest.approx(fewer.measurement)
    values = [one["value"] for node in nodes(document["program"]) for one in node.get("resources", ())]
    assert min(values) >= 0
