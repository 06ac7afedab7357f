"""k of heads at a context: measured, between, beyond; and the bill of a model with it."""

import json

import numpy as np
import pytest

from qattention.api.verbs import estimate_model
from qattention.errors import SpecError
from qattention.estimates.models import measured
from qattention.real_heads.at_context import HeadKeys, head_keys, spread_over
from qattention.real_heads.table import DECODER, ENCODER, head_table

MODEL = json.dumps(
    {
        "model_type": "llama",
        "head_dim": 4,
        "hidden_size": 16,
        "max_position_embeddings": 64,
        "num_attention_heads": 4,
        "num_hidden_layers": 3,
        "num_key_value_heads": 2,
    }
)


def at(keys: HeadKeys, *n: float) -> np.ndarray:
    return keys.at(np.array(n, dtype=float))


def test_at_measured_contexts_it_is_the_table() -> None:
    keys = head_keys(0.1)
    assert keys.k.shape == (7, 30, 9)
    table = head_table().of(DECODER, 512)
    own = (table.layer == 7) & (table.head == 3)
    expected = np.sqrt(table.k[0.1][own]).mean() ** 2
    assert at(keys, 512.0)[0, 7, 3] == pytest.approx(expected)
    assert not keys.extrapolated(np.array([128.0, 8192.0])).any()


def test_between_and_beyond_contexts_it_is_a_power_of_n() -> None:
    keys = head_keys(0.1)
    low, middle, high = at(keys, 1024, 1024 * 2**0.5, 2048)
    np.testing.assert_allclose(middle, np.sqrt(low * high))
    last, beyond = at(keys, 8192, 32768)
    np.testing.assert_allclose(beyond, np.minimum(last * 4**keys.growth, 32768))
    assert (beyond >= last).all()
    assert keys.extrapolated(np.array([127.0, 8193.0])).all()


def test_no_row_needs_more_keys_than_it_sees() -> None:
    assert (at(head_keys(0.03, ENCODER), 1, 8, 10**9).max(axis=(1, 2)) <= [1, 8, 10**9]).all()


def test_between_errors_it_is_a_power_of_the_error() -> None:
    one, three = head_keys(0.03).k, head_keys(0.1).k
    assert (head_keys(0.05).k >= three - 1e-9).all()
    assert (head_keys(0.05).k <= one + 1e-9).all()
    for error in (0.029, 0.31, 0.0):
        with pytest.raises(SpecError, match=r"error_target.*0\.03\.\.0\.3"):
            head_keys(error)


def test_what_free_keys_leave_is_as_measured() -> None:
    keys = head_keys(0.1, kept=(256, 4))
    table = head_table().of(DECODER, 4096)
    own = (table.layer == 20) & (table.head == 1)
    assert at(keys, 4096.0)[0, 20, 1] == pytest.approx(np.sqrt(table.k_left[own]).mean() ** 2)
    assert head_keys(0.1, kept=(64, 4)).left is None


def test_heads_of_another_model_stand_at_the_same_places() -> None:
    k = np.arange(6.0).reshape(3, 2)
    np.testing.assert_array_equal(spread_over(k, 3, 2), k)
    np.testing.assert_array_equal(spread_over(k, 6, 4), np.repeat(np.repeat(k, 2, 0), 2, 1))
    np.testing.assert_array_equal(spread_over(k, 1, 1), [[3.0]])


@pytest.mark.parametrize("tokens", [48, 64])
def test_with_one_k_for_all_it_is_the_bill_of_that_k(monkeypatch: pytest.MonkeyPatch, tokens: int) -> None:
    level = HeadKeys(contexts=(16, 32), k=np.full((2, 5, 3), 4.0), left=None, growth=np.zeros((5, 3)))
    monkeypatch.setattr(measured, "head_keys", lambda *_: level)
    asked = {"n_tokens": tokens, "n_heavy": 4, "error_target": 0.1, "loader": "one-hot", "physical": False}
    bill = estimate_model(MODEL, **asked)
    assert bill.measured is not None
    assert bill.measured.token is not None
    for phase, fixed in ((bill.measured.prompt, bill.prefill), (bill.measured.token, bill.decode)):
        assert fixed is not None
        # 4 is a node; rows of two and three keys lie between nodes
        assert phase.toffoli == pytest.approx(fixed.logical.expected.toffoli, rel=1e-4)
        assert phase.iterations == pytest.approx(fixed.search.iterations_total, rel=1e-4)
        assert phase.over_fixed == pytest.approx(1.0, rel=1e-4)
    assert bill.measured.token.extrapolated == 1.0  # at more tokens than 32
    assert 0.1 < bill.measured.prompt.extrapolated < 0.95  # rows 15 to 31 see measured contexts
    assert [one.extrapolated for one in bill.measured.layers] == [True] * 3


def test_an_error_that_was_not_measured_is_refused_at_once() -> None:
    with pytest.raises(SpecError, match="error_target"):
        estimate_model(MODEL, error_target=0.5, n_tokens=2**50)


def test_windows_that_need_no_search_are_billed_so() -> None:
    bill = estimate_model(MODEL, n_tokens=48, keep_window=64, physical=False, error_target=0.1)
    assert bill.prefill.logical.expected.toffoli == 0
    assert bill.measured is not None
    assert bill.measured.prompt.toffoli == 0
    assert bill.prefill.classical_work.inner_products == 12 * 48 * 49 // 2
