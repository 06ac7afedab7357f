"""Exponents and break-even are of the runtime that is told, evaluated at growing n."""

import math
from collections.abc import Callable

import attrs
import pytest

from qattention.api.verbs import compare
from qattention.compiler.joins import join_sizes, most_keys
from qattention.compiler.question import ask
from qattention.errors import InfeasibleError, SpecError, bad
from qattention.estimates.classical.growth import STEP, Growth, Runtime, number, place
from qattention.estimates.classical.rates import ClassicalRate
from qattention.plan import PlanOptions
from qattention.problem import AttentionProblem

PROBLEM = AttentionProblem(n_queries=2**10, n_keys=2**10, head_dim=8, n_heavy=4)
RATE = ClassicalRate(name="x", kind="peak", what="x", flops_per_s=1e12, bytes_per_s=0, source="x")  # n^2
SMALL = {"head_dim": 8, "n_heavy": 4}


def growth_of(
    seconds: Callable[[int], float], most: int | None = None, closed: int = 2**62, **how: int
) -> Growth:
    """Of a planted runtime; no machine beyond `most`, no closed forms beyond `closed`."""

    def runtime(problem: AttentionProblem, n_rows: int | None) -> Runtime:
        if most is not None and problem.n_keys > most:
            raise InfeasibleError("p_fail", 0.1, "none")
        if problem.n_keys > closed:
            raise SpecError(bad("n_keys", problem.n_keys, f"at most {closed}"))
        n = problem.n_keys
        return Runtime(quantum_s=seconds(n), bound_s=0, memory_s=0, code_distance=None, n_qubits=1)

    return Growth(problem=PROBLEM, rates=(RATE,), runtime=runtime, **how)


def classical_s(n: int) -> float:
    return 4.0 * n * n * 8 / 1e12


def test_numbers_of_three_digits_have_places() -> None:
    for n in (1, 7, 10, 99, 100, 999, 1000, 1230, 99_900, 10**15):
        assert number(place(n)) == n
    assert number(place(12_399)) == 12_300
    assert [number(place(998) + i) for i in range(4)] == [998, 999, 1000, 1010]


@pytest.mark.parametrize("exponent", [1.2, 1.5, 1.6])
def test_break_even_is_where_the_sign_changes(exponent: float) -> None:
    growth = growth_of(lambda n: 1e-6 * n**exponent)
    found = growth.break_even(RATE)
    assert found.answer == "at"
    assert found.n is not None
    before = number(place(found.n) - 1)
    assert 1e-6 * before**exponent > classical_s(before)
    assert 1e-6 * found.n**exponent <= classical_s(found.n)


def test_where_there_is_none_it_says_which_kind_of_none() -> None:
    assert growth_of(lambda n: 1e3 * n**2.01).break_even(RATE).answer == "never"
    assert growth_of(lambda n: 1e9 * n**1.9).break_even(RATE).answer == "beyond"
    assert growth_of(lambda n: 1e9 * n**1.9, most=2**16).break_even(RATE).answer == "not-built"
    assert growth_of(lambda n: 1e9 * n**1.9, most=1).break_even(RATE).answer == "not-built"
    assert growth_of(lambda n: 1e9 * n**1.9, closed=2**20).break_even(RATE).answer == "beyond"
    assert growth_of(lambda n: 1e-9).break_even(RATE).answer == "reached"


def test_sizes_go_up_to_the_most_that_the_algorithm_s_closed_forms_hold() -> None:
    """Asked beyond it, they would refuse, which is not that a machine could not be built."""
    growth = growth_of(lambda n: 1e9 * n**1.9, closed=2**31, most_keys=2**31)
    assert growth.sizes[-1] == 2**30
    assert growth.ended is None
    assert growth.break_even(RATE).answer == "beyond"


@pytest.mark.parametrize(("queries", "keys"), [(1, 64), (64, 64), (5, 64), (64, 3), (2**20, 64)])
def test_the_most_keys_of_blocks_of_pairs_are_just_allowed(queries: int, keys: int) -> None:
    one = AttentionProblem(n_queries=queries, n_keys=keys, head_dim=1, n_heavy=1)
    most = most_keys(one)

    def sizes(n: int) -> object:
        grown = attrs.evolve(one, n_keys=n, n_queries=queries if queries == 1 else n * queries // keys)
        return join_sizes(ask(None, grown, PlanOptions(algorithm="blocked")))

    assert sizes(most)
    with pytest.raises(SpecError, match="for blocks of pairs"):
        sizes(most + most // 2)


def test_a_ratio_that_dips_below_one_between_two_sizes_is_seen() -> None:
    growth = growth_of(lambda n: classical_s(n) * (0.5 + abs(math.log2(n / 2**22))))
    assert growth.sizes[:5] == [2**10, 2**12, 2**14, 2**18, 2**26]
    assert all(growth.ratio(n, RATE) > 1 for n in growth.sizes)
    assert growth.break_even(RATE).answer == "at"


def test_the_distance_is_taken_out_of_steps_not_of_reactions() -> None:
    one = Runtime(quantum_s=30.0, bound_s=12.0, memory_s=6.0, code_distance=8, n_qubits=1)
    assert one.at_distance(4) == 18.0
    assert one.at_distance(2) == 12.0
    assert one.at_distance(None) == 30.0


@pytest.mark.parametrize(
    "options", [{"physical": False}, {}, {"physical": False, "rows_per_load": "auto", "search": "bbht"}]
)
def test_the_exponent_printed_is_of_the_runtime_beside_it(options: dict[str, object]) -> None:
    n = 2**9  # at 2^8 another model is the fastest
    here, there = (compare(n_tokens=m, **SMALL, **options).classical for m in (n, STEP * n))
    assert here.quantum == there.quantum
    local = math.log(there.quantum_s / here.quantum_s) / math.log(STEP)
    assert here.quantum_exponent == pytest.approx(local, abs=0.02)
    assert (here.quantum_exponent_at_distance is None) == ("physical" in options)
    assert f"n^{here.quantum_exponent:.2f}" in here.line
    assert here.carried_by is not None
    assert here.carried_by in here.line


def test_at_the_break_even_that_is_printed_runtimes_are_equal() -> None:
    """A device that takes no time, against a thread: the one break-even within reach."""
    asked = {"loader": "hardware", "logical_clock": 1e6, "search": "known-k-exact", **SMALL}

    def ratio(n: int) -> float:
        (one,) = (each for each in compare(n_tokens=n, **asked).classical.against if "cpu" in each.rate)
        return one.ratio

    (told,) = (each for each in compare(n_tokens=2**14, **asked).classical.against if "cpu" in each.rate)
    assert told.break_even == "at"
    assert told.break_even_n is not None
    assert ratio(told.break_even_n) <= 1 < ratio(number(place(told.break_even_n) - 1))


def test_fix_ups_end_what_shared_loads_begin() -> None:
    """The XORs of fix-ups grow as n^2.7 where T grows as n^1.76: no clock makes up for that."""
    found = compare(
        n_tokens=2**14, rows_per_load="auto", search="known-k-exact", logical_clock=1e12
    ).classical
    assert {one.break_even for one in found.against} == {"never"}
    assert found.growth[-1].exponent is not None
    assert found.growth[-1].exponent > 2.4
