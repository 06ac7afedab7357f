"""The choices of a quantisation, margins, and what the find sets lose."""

import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.problem import load_head
from qattention.reference import (
    Quantisation,
    find_quality,
    find_sets,
    integer_thresholds,
    logits,
    midway_thresholds,
    quantised_find_sets,
    row_thresholds,
)
from qattention.reference.find_quality import marked_counts


def test_defaults():
    plain, rotated = Quantisation(), Quantisation(quantise="rotated")
    assert (plain.margin, rotated.margin, rotated.budget) == (0.0, 2.0, 0.2)
    head = load_head("minilm-code")
    assert plain.apply(head).channel_bits == (8,) * 32
    assert not plain.apply(head).margin.any()
    assert rotated.apply(head).word_bits < 64


@pytest.mark.parametrize(
    ("choices", "line"),
    [
        ({"quantise": "twisted"}, "`quantise`: got 'twisted'; must be plain or rotated"),
        ({"quantise": "rotated", "key_bits": 8}, "`key_bits`: got 8; must be absent: logit_budget decides"),
        ({"quantise": "rotated", "query_bits": 8}, "`query_bits`: got 8; must be absent"),
        ({"logit_budget": 0.1}, "`logit_budget`: got 0.1; must be absent: key_bits and query_bits"),
        ({"logit_margin": -0.5}, "`logit_margin`: got -0.5; must be a finite number of standard deviations"),
        ({"quantise": "rotated", "logit_budget": 2}, "`logit_budget`: got 2; must be a share"),
    ],
)
def test_refused_choices(choices, line):
    with pytest.raises(SpecError, match=line):
        Quantisation(**choices)


@pytest.mark.parametrize("center_keys", [False, True])
def test_the_margin_of_plain_words_is_the_error_that_is_measured(random_head, center_keys):
    head = random_head(0, 20, 60)
    quantised = Quantisation(key_bits=5, query_bits=5, center_keys=center_keys, logit_margin=1.5).apply(head)
    real = quantised.accumulators() * quantised.logit_step[:, None] + quantised.shift[:, None]
    assert np.allclose(quantised.margin, 1.5 * (real - logits(head)).std(axis=1))


def test_a_margin_trades_extra_keys_for_recall(random_head):
    head = random_head(1, 60, 200)
    tau = midway_thresholds(head, 10)
    found = []
    for margin in (0.0, 1.0, 2.0, 4.0):
        quantised = Quantisation(key_bits=4, query_bits=4, logit_margin=margin).apply(head)
        found.append(find_quality(quantised, integer_thresholds(quantised, tau), tau))
    assert [q.recall for q in found] == sorted(q.recall for q in found)
    assert [q.n_marked.sum() for q in found] == sorted(q.n_marked.sum() for q in found)
    assert found[0].recall < 0.9 < 0.999 < found[3].recall


@pytest.mark.parametrize("causal", [False, True])
def test_find_quality_counts_pairs(random_head, causal):
    head = random_head(2, 150, 150, causal)
    quantised = Quantisation(key_bits=3, query_bits=3).apply(head)
    rows = np.array([149, 3, 70, 131])
    tau = row_thresholds(head, 7, rows)
    thresholds = integer_thresholds(quantised, tau, rows)
    quality = find_quality(quantised, thresholds, tau, rows)
    wanted, found = find_sets(head, tau, rows), quantised_find_sets(quantised, thresholds, rows)
    both = sum(len(np.intersect1d(a, b)) for a, b in zip(wanted, found, strict=True))
    assert quality.n_marked.tolist() == [len(keys) for keys in found]
    assert quality.recall == both / sum(map(len, wanted))
    assert quality.precision == both / sum(map(len, found))
    assert marked_counts(quantised, thresholds, rows).tolist() == quality.n_marked.tolist()


def test_nothing_found_has_no_precision(random_head):
    head = random_head()
    quantised = Quantisation().apply(head)
    quality = find_quality(quantised, integer_thresholds(quantised, 1e6), 1e6)
    assert (quality.recall, quality.precision, quality.n_marked.sum()) == (1.0, None, 0)
