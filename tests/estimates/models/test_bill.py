"""The bill of a model: what is known of its cache and its work, and how it grows with layers and heads."""

import attrs
import pytest

from qattention.estimates import Estimate, estimate, with_physical
from qattention.estimates.models import ModelBill, ModelSizes, decode_problem, model_bill, prefill_problem
from qattention.plan import Plan
from qattention.problem import AttentionProblem

SMALL = ModelSizes(n_layers=2, n_heads=4, n_kv_heads=2, head_dim=3, n_context=16)
LLAMA = ModelSizes(n_layers=16, n_heads=32, n_kv_heads=8, head_dim=64, n_context=2**17)  # Llama-3.2-1B
PLAN = Plan.of(loader="qrom", search="known-k-exact")


def bill(model: ModelSizes = SMALL, n: int = 16, machines: bool = False, **fields: object) -> ModelBill:
    whole = AttentionProblem(
        **{"n_queries": n, "n_keys": n, "head_dim": model.head_dim, "n_heavy": 2, "key_bits": 4} | fields
    )
    one = [estimate(problem(model, whole), PLAN) for problem in (prefill_problem, decode_problem)]
    return model_bill(model, one[0], one[1], with_physical if machines else None)


def counts(found: ModelBill) -> dict[str, float]:
    """Everything that counts, by a dotted name."""
    plain = {}
    for phase in ("prefill", "decode"):
        one = getattr(found, phase)
        for part in (one.logical.expected, one.logical.worst_case, one.memory, one.classical_work):
            plain |= {f"{phase}.{type(part).__name__}.{k}": v for k, v in attrs.asdict(part).items() if v}
        plain[f"{phase}.iterations"] = one.search.iterations_total
        plain |= {
            f"{phase}.{name}": getattr(one.classical, name) for name in ("flops", "n_bytes", "quantum_s")
        }
    return plain


def test_the_cache_and_the_work_of_a_published_model() -> None:
    """32 KiB of 16-bit keys and values a token: 4 GiB at 128 Ki tokens, all read for every token."""
    found = bill(LLAMA, LLAMA.n_context)
    n, tables, heads = LLAMA.n_context, 16 * 8, 16 * 32
    cache = n * 2 * 16 * 8 * 64 * 2
    assert cache == 4 * 2**30
    queries_and_outputs = 2 * heads * 64 * 2
    assert found.decode.classical.n_bytes == cache + queries_and_outputs
    assert found.prefill.classical.n_bytes == cache + n * queries_and_outputs
    assert found.decode.classical.flops == heads * 4 * 64 * n
    assert found.prefill.classical.flops == heads * 4 * 64 * n * (n + 1) // 2
    assert found.prefill.memory.writes == n * tables * 64
    assert found.decode.memory.writes == tables * 64
    assert found.prefill.memory.cells == found.decode.memory.cells == n * tables * 64 * 4
    assert (found.prefill.n_times, found.decode.n_times) == (512, 128)
    assert found.n_tokens == n


def test_layers_multiply_everything_but_qubits() -> None:
    once, thrice = (bill(attrs.evolve(SMALL, n_layers=x), p_fail_scope="row") for x in (1, 3))
    assert counts(thrice) == pytest.approx({name: 3 * value for name, value in counts(once).items()})
    assert thrice.prefill.logical.qubits == once.prefill.logical.qubits
    assert thrice.prefill.iteration_toffoli == once.prefill.iteration_toffoli


def test_groups_share_tables_and_nothing_else() -> None:
    """Twice as many key/value heads for the same query heads: the same searches, twice the tables."""
    grouped, alone = (bill(attrs.evolve(SMALL, n_kv_heads=x), p_fail_scope="row") for x in (2, 4))
    for phase in ("prefill", "decode"):
        a, b = getattr(grouped, phase), getattr(alone, phase)
        assert b.logical.expected.toffoli == pytest.approx(a.logical.expected.toffoli)
        assert b.memory.reads == pytest.approx(a.memory.reads)
        assert b.classical.flops == a.classical.flops
        assert (b.memory.cells, b.memory.writes) == (2 * a.memory.cells, 2 * a.memory.writes)
        assert a.classical.n_bytes < b.classical.n_bytes < 2 * a.classical.n_bytes


def test_a_prompt_is_causal_and_p_fail_is_shared() -> None:
    found = bill(p_fail=0.08)
    assert (found.prefill.problem.causal, found.prefill.problem.n_queries) == (True, 16)
    assert (found.decode.problem.causal, found.decode.problem.n_queries) == (False, 2)
    for one in (found.prefill, found.decode):
        assert one.problem.p_fail * one.n_times == pytest.approx(0.08)
    assert any("shared equally: 0.01 a query head" in note.text for note in found.assumptions)
    assert bill(p_fail=0.08, p_fail_scope="row").prefill.problem.p_fail == 0.08


def test_a_token_grows_with_the_keys_alone() -> None:
    found = bill()
    assert (found.prefill.classical.quantum_exponent, found.prefill.classical.classical_exponent) == (
        2.5,
        2.0,
    )
    assert (found.decode.classical.quantum_exponent, found.decode.classical.classical_exponent) == (1.5, 1.0)


def test_machines_run_all_heads() -> None:
    """A machine for the whole model takes longer than one head as often, and fails no more."""
    found = bill(machines=True)
    whole = AttentionProblem(n_queries=16, n_keys=16, head_dim=3, n_heavy=2, key_bits=4)
    one: Estimate = with_physical(estimate(prefill_problem(SMALL, whole), PLAN))
    assert one.physical
    assert found.prefill.physical
    fastest, alone = (min(x, key=lambda p: p.runtime_s) for x in (found.prefill.physical, one.physical))
    assert fastest.runtime_s >= 0.9 * found.prefill.n_times * alone.runtime_s
    assert found.prefill.classical.quantum_s == fastest.runtime_s
    assert all(point.p_fail <= 0.1 for point in found.prefill.physical)
    assert bill().prefill.physical is None
