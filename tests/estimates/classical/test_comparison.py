"""Comparisons at the edge: keys that are read anyway leave nothing to be searched."""

import pytest

import qattention as qa


@pytest.mark.parametrize("loader", ["qrom", "hardware"])
def test_nothing_is_searched_and_nothing_moved_where_all_keys_are_read(loader: str) -> None:
    found = qa.compare(
        n_tokens=8, head_dim=2, n_heavy=1, keep_first=16, physical=False, loader=loader, logical_clock=1e5
    )
    assert found.toffoli == 0
    assert found.moving is None
    assert found.speed_ups == ()
    assert "no Toffoli is expected" in " ".join(found.answer())
