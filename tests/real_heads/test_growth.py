"""The packaged measurements, and the exponents that follow from them."""

import attrs
import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.estimates.real_heads import real_heads_report
from qattention.real_heads.growth import fitted, growth_of, head_exponents, search_exponent
from qattention.real_heads.table import DECODER, ENCODER, HeadTable, head_table
from qattention.real_heads.union import union_exponent, union_share
from qattention.real_heads.window import roles, settled, share_left

REPORT = real_heads_report()


def made(k_of: dict[int, float], n_heads: int = 6, texts: tuple[str, ...] = ("a", "b")) -> HeadTable:
    """A model whose head h needs k_of[n] n^(h / 10) / 2^(h / 10) keys at every text."""
    cells = [(text, n, h) for h in range(n_heads) for n in k_of for text in texts]
    text, n, head = (np.array(column) for column in zip(*cells, strict=True))
    k = np.array([k_of[context] * (context / 2) ** (h / 10) for _, context, h in cells])
    none = np.full(len(n), np.nan)
    fields = {field.name: none for field in attrs.fields(HeadTable)}
    fields |= {"model": np.full(len(n), "made"), "text": text, "n": n, "head": head, "layer": 0 * head}
    return HeadTable(**fields | {"k": {0.1: k}})


def test_a_table_with_known_exponents_gives_them_back() -> None:
    table = made({n: 3.0 * n**0.2 for n in (16, 64, 256)})
    each, spread = head_exponents(table, 0.1)
    np.testing.assert_allclose(each, 0.2 + np.arange(6) / 10, atol=1e-12)
    np.testing.assert_allclose(spread, 0, atol=1e-12)
    assert growth_of(table, 0.1).median == pytest.approx(0.45)
    alike = made({n: 5.0 * n**0.5 for n in (16, 64, 256)}, n_heads=1)
    assert search_exponent(alike, 0.1) == pytest.approx(1.75)


def test_the_whole_table_is_there() -> None:
    table = head_table()
    assert len(table) == 6048
    assert len(table.of(DECODER, 4096)) == 270 * 3
    assert len(table.of(ENCODER, 512)) == 72 * 3
    assert table.of(DECODER).texts_at(8192) == ("code", "licence")
    with pytest.raises(SpecError, match=r"error_target.*0.3 or 0.1 or 0.03"):
        table.keys(0.2)


def test_exponents_at_ten_per_cent() -> None:
    one = next(e for e in REPORT.exponents if e.model == DECODER and e.growth.target == 0.1)
    assert one.growth.median == pytest.approx(0.46, abs=0.02)
    assert one.growth.low == pytest.approx(0.24, abs=0.01)
    assert one.growth.high == pytest.approx(0.59, abs=0.01)
    assert one.search == pytest.approx(1.755, abs=0.03)
    assert one.inference == pytest.approx(1.58, abs=0.05)
    assert one.contexts == (128, 256, 512, 1024, 2048, 4096)
    assert [e.search for e in REPORT.exponents if e.model == ENCODER][1] == pytest.approx(1.89, abs=0.01)


def test_what_a_window_leaves() -> None:
    decoder = head_table().of(DECODER)
    left = [share_left(decoder.of(n=n)) for n in (1024, 2048, 4096, 8192)]
    assert [round(share, 2) for share in left] == [0.31, 0.39, 0.51, 0.53]
    assert settled(decoder.of(n=4096)) == pytest.approx(0.29, abs=0.005)


def test_every_head_has_one_role() -> None:
    table = head_table().of(DECODER, 4096)
    assert (sum(chosen.astype(int) for chosen in roles(table).values()) == 1).all()
    assert sum(one.n_heads for one in REPORT.roles) == len(table)


def test_rows_on_one_load_share_keys_as_measured() -> None:
    decoder = head_table().of(DECODER)
    assert union_share(8) * 8 == pytest.approx(decoder.union_rows.mean())
    assert union_share(3) * 3 == pytest.approx(decoder.union_group.mean(), rel=0.06)  # fitted at 8 alone
    assert union_share(2) * 2 == pytest.approx(np.mean(2 / (1 + decoder.jaccard)), rel=0.05)
    assert union_share(1) == 1
    assert 0 < union_exponent() < 1


def test_what_loaders_make_of_it() -> None:
    found = {(one.algorithm, one.loader): one for one in REPORT.loaders}
    alpha = 2 * (next(e for e in REPORT.exponents if e.growth.target == 0.1).search - 1.5)
    assert all(one.n_measured == pytest.approx(one.n + alpha * one.k) for one in REPORT.loaders)
    assert found["row-by-row", "qroam"].n_measured == pytest.approx(2.25, abs=0.01)
    assert found["row-by-row", "hardware"].n_measured == pytest.approx(1.75, abs=0.01)


def test_octaves_are_over_the_same_texts() -> None:
    assert [round(one.search, 2) for one in REPORT.octaves] == [1.75, 1.74, 1.78, 1.74, 1.76, 1.63]
    mixed = search_exponent(head_table().of(DECODER).rows(head_table().of(DECODER).n >= 4096), 0.1)
    assert mixed < REPORT.octaves[-1].search - 0.03  # a text missing at one end alone moves it


def test_fits_stop_before_the_limit_of_the_model() -> None:
    assert fitted(head_table()).contexts[-1] == 4096
