"""The bill of a model: what is known of its cache and its work, and how it grows with layers and heads."""

from typing import Any

import attrs
import pytest

from qattention.estimates import Estimate, estimate, with_physical
from qattention.estimates.classical import recorded_rates
from qattention.estimates.fastest import fastest
from qattention.estimates.models import (
    LayerKind,
    ModelBill,
    ModelSizes,
    model_bill,
    prompt_parts,
    token_parts,
)
from qattention.plan import Plan
from qattention.problem import AttentionProblem

PLAN = Plan.of(loader="qrom", search="known-k-exact")


def kind(
    n_layers: int = 2, n_heads: int = 4, n_kv_heads: int = 2, head_dim: int = 3, **fields: Any
) -> LayerKind:
    own = {"stack": "decoder", "sees": "all", "n_cached": n_layers, "v_dim": head_dim} | fields
    return LayerKind(n_layers=n_layers, n_heads=n_heads, n_kv_heads=n_kv_heads, head_dim=head_dim, **own)


def made_of(*kinds: LayerKind, n_context: int = 16) -> ModelSizes:
    n_layers = sum(one.n_layers for one in kinds)
    return ModelSizes(kinds=kinds, n_layers=n_layers, n_attending=n_layers, n_context=n_context)


SMALL = made_of(kind())
LLAMA = made_of(kind(16, 32, 8, 64), n_context=2**17)  # Llama-3.2-1B


def whole(n: int = 16, **fields: object) -> AttentionProblem:
    return AttentionProblem(
        **{"n_queries": n, "n_keys": n, "head_dim": 3, "n_heavy": 2, "key_bits": 4} | fields
    )


def bill(model: ModelSizes = SMALL, n: int = 16, machines: bool = False, **fields: object) -> ModelBill:
    return model_bill(
        model,
        whole(n, **fields),
        lambda problem: estimate(problem, PLAN),
        with_physical if machines else None,
    )


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
    n, tables, heads = 2**17, 16 * 8, 16 * 32
    found = bill(LLAMA, n, head_dim=64)
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
    once, thrice = (bill(made_of(kind(x)), p_fail_scope="row") for x in (1, 3))
    assert counts(thrice) == pytest.approx({name: 3 * value for name, value in counts(once).items()})
    assert thrice.prefill.logical.qubits == once.prefill.logical.qubits
    assert thrice.prefill.iteration_toffoli == once.prefill.iteration_toffoli


def test_groups_share_tables_and_nothing_else() -> None:
    """Twice as many key/value heads for the same query heads: the same searches, twice the tables."""
    grouped, alone = (bill(made_of(kind(n_kv_heads=x)), p_fail_scope="row") for x in (2, 4))
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
    assert any("0.000625 each of the 128 of a prompt" in note.text for note in found.assumptions)
    assert bill(p_fail=0.08, p_fail_scope="row").prefill.problem.p_fail == 0.08


def test_a_token_grows_with_the_keys_alone() -> None:
    found = bill()
    assert (found.prefill.classical.classical_exponent, found.decode.classical.classical_exponent) == (2, 1)
    assert found.prefill.classical.quantum_exponent is None  # of one head: `compare`


def test_machines_run_all_heads() -> None:
    """A machine for the whole model takes longer than one head as often, and fails no more."""
    found = bill(machines=True)
    one: Estimate = with_physical(estimate(prompt_parts(SMALL, whole())[0].problem, PLAN))
    assert one.physical
    assert found.prefill.physical
    told, alone = (fastest(figures) for figures in (found.prefill.physical, one.physical))
    assert told
    assert alone
    assert told.runtime_s >= 0.9 * found.prefill.n_times * alone.runtime_s
    assert found.prefill.classical.quantum_s == told.runtime_s
    assert all(point.p_fail <= 0.1 for point in found.prefill.physical)
    assert bill().prefill.physical is None


def rows_of(*kinds: LayerKind, n: int = 16) -> list[tuple[int, int, bool, int]]:
    """(rows, keys, causal, times) of a prompt."""
    parts = prompt_parts(made_of(*kinds), whole(n, n_heavy=1))
    return [(p.problem.n_queries, p.problem.n_keys, p.problem.causal, p.n_times) for p in parts]


def pairs(rows: list[tuple[int, int, bool, int]]) -> int:
    """Query-key pairs of one head."""
    return sum(times * (q * k - causal * q * (q - 1) // 2) for q, k, causal, times in rows)


@pytest.mark.parametrize("n", [1, 2, 5, 7, 16])
@pytest.mark.parametrize("window", [1, 2, 3, 7, 16, 20])
def test_windows_and_chunks_are_billed_as_what_they_see(n: int, window: int) -> None:
    """Against the mask itself, counted."""
    one = {"n_layers": 1, "n_heads": 1, "n_kv_heads": 1, "n_window": window}
    places = [(i, j) for i in range(n) for j in range(i + 1)]
    assert pairs(rows_of(kind(sees="window", **one), n=n)) == sum(i - j < window for i, j in places)
    assert pairs(rows_of(kind(sees="chunk", **one), n=n)) == sum(
        i // window == j // window for i, j in places
    )
    last = [i for i in range(n) if i // window == (n - 1) // window]
    for sees, seen in (("window", min(n, window)), ("chunk", len(last))):
        (part,) = token_parts(made_of(kind(sees=sees, **one)), whole(n, n_heavy=1))
        assert part.problem.n_keys == seen


def test_a_window_as_long_as_the_prompt_is_none() -> None:
    assert rows_of(kind(sees="window", n_window=16)) == rows_of(kind()) == [(16, 16, True, 8)]
    assert bill(made_of(kind(sees="window", n_window=99))).prefill.logical == bill().prefill.logical


def test_kinds_add_up_and_say_their_share() -> None:
    near, far = kind(3, sees="window", n_window=4), kind(1)
    found, alone = bill(made_of(near, far)), [bill(made_of(one)) for one in (near, far)]
    for phase in ("prefill", "decode"):
        both, parts = getattr(found, phase), [getattr(one, phase) for one in alone]
        assert both.memory.cells == sum(one.memory.cells for one in parts)
        assert both.memory.writes == sum(one.memory.writes for one in parts)
        assert both.classical.flops == sum(one.classical.flops for one in parts)
        assert sum(part.share for part in both.parts) == pytest.approx(1.0)
        assert sum(part.toffoli for part in both.parts) == pytest.approx(both.logical.expected.toffoli)
        assert both.logical.qubits == max(part.qubits for part in both.parts)
        assert both.logical.expected.toffoli == pytest.approx(
            sum(one.logical.expected.toffoli for one in parts), rel=0.05
        )  # p_fail is shared by more rows
    assert [part.kind_index for part in found.prefill.parts] == [0, 0, 1]
    assert (found.prefill.n_times, found.decode.n_times) == (16, 8)


def test_a_short_window_has_no_more_heavy_keys_than_keys() -> None:
    found = bill(made_of(kind(sees="window", n_window=1)), n_heavy=2)
    assert found.decode.problem.n_heavy == found.decode.problem.n_keys == 1


def test_an_encoder_sees_all_and_generates_nothing() -> None:
    found = bill(made_of(kind(stack="encoder")))
    assert (found.prefill.problem.causal, found.decode) == (False, None)
    assert found.prefill.classical.flops == 8 * 4 * 3 * 16 * 16
    assert rows_of(kind(stack="encoder", sees="window", n_window=5)) == [(16, 5, False, 8)]


def test_an_encoder_reads_the_prompt_and_a_decoder_attends_to_both() -> None:
    model = made_of(kind(3, stack="encoder"), kind(2), kind(2, sees="cross"))
    found = bill(model)
    assert rows_of(*model.kinds) == [(16, 16, False, 12)]
    assert [(p.problem.n_keys, p.n_times) for p in found.decode.parts] == [(16, 4), (16, 4)]
    assert found.prefill.memory.writes == (3 + 2) * 2 * 16 * 3  # keys of the encoder's own and of its output
    assert found.decode.memory.writes == 2 * 2 * 3


def test_shared_tables_are_held_and_written_once() -> None:
    found, own = bill(made_of(kind(4, n_cached=1))), bill(made_of(kind(4)))
    assert found.decode.logical == own.decode.logical
    assert (4 * found.decode.memory.cells, 4 * found.prefill.memory.writes) == (
        own.decode.memory.cells,
        own.prefill.memory.writes,
    )


def test_latent_tables_are_one_for_all_heads() -> None:
    found = bill(made_of(kind(1, 4, 1, head_dim=6, v_dim=4, latent=True)))
    assert found.decode.problem.n_queries == 4
    assert found.prefill.memory.cells == 16 * 6 * 4
    assert found.decode.classical.n_bytes == 2 * (
        4 * (6 + 4) + 16 * 6
    )  # the values are the keys' own numbers


def test_what_a_token_takes() -> None:
    found = bill()
    for one, n in ((found.prefill, 16), (found.decode, 1)):
        assert one.per_token.toffoli * n == pytest.approx(one.logical.expected.toffoli)
        assert one.per_token.quantum_s * n == pytest.approx(one.classical.quantum_s)
        assert {k: v * n for k, v in one.per_token.classical_s.items()} == pytest.approx(
            {rate.rate: rate.seconds for rate in one.classical.against}
        )


def test_a_token_is_held_against_finding_keys_too() -> None:
    """Llama-3.2-1B's shape: logits alone, half the flops of both; keys read, indices written."""
    model, n = LLAMA, 2**12
    one = model.kinds[0]
    found = bill(model, n, n_heavy=16)
    rates = {rate.name: rate for rate in recorded_rates() if "search" in rate.tasks}
    pairs, rows = one.heads * n * (n + 1) // 2, one.heads * n
    flops = {"prefill": 2 * pairs * 64, "decode": 2 * one.heads * n * 64}
    n_bytes = {
        "prefill": 2 * n * 64 * (one.heads + one.searches) + 4 * 16 * rows,
        "decode": 2 * 64 * (one.heads + one.searches * n) + 4 * 16 * one.heads,
    }
    for phase, share in (("prefill", n), ("decode", 1)):
        told = getattr(found, phase)
        assert told.classical.flops == 2 * flops[phase]
        assert set(told.per_token.search_s) == set(rates)
        for name, seconds in told.per_token.search_s.items():
            asked = rates[name].seconds(flops[phase], n_bytes[phase])
            assert seconds * share == pytest.approx(asked), (phase, name)
