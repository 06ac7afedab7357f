"""The script that measures the heads of a model: its columns on known heads, and a tiny model through it."""

import csv
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from qattention.problem import AttentionHead, load_head
from qattention.real_heads.growth import growth_of
from qattention.real_heads.table import head_table, read_table
from qattention.reference.sparsity import keys_needed

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def script(name: str) -> ModuleType:
    spec = spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MEASURE = script("measure_heads")


def save(folder: Path, n: int, seed: int) -> Path:
    rng = np.random.default_rng(seed)
    q, k, v = (rng.normal(size=(n, 4)) for _ in "qkv")
    path = folder / f"made_n{n}_L{seed}H2.npz"
    np.savez(path, q=2 * q, k=k, v=v, meta='{"causal": true}')
    return path


def test_a_folder_of_heads_becomes_a_table_that_the_package_reads(tmp_path: Path) -> None:
    files = [save(tmp_path, n, seed) for seed in (0, 1) for n in (64, 128)]
    MEASURE.write(tmp_path / "k.csv", MEASURE.table(files, "made", "noise"))
    rows = list(csv.DictReader((tmp_path / "k.csv").read_text().splitlines()))
    assert [(row["n"], row["layer"], row["head"]) for row in rows[1:3]] == [
        ("128", "1", "2"),
        ("64", "0", "2"),
    ]
    assert set(rows[0]) == set(MEASURE.HEADER)
    table = read_table((tmp_path / "k.csv").read_text())
    assert table.contexts == (64, 128)
    assert growth_of(table, 0.1).n_heads == 2
    assert np.isnan(table.k_left).all()  # 256 and 4 keys are all that there are


def test_the_columns_are_those_of_the_packaged_table() -> None:
    packaged = BENCHMARKS.parent / "src" / "qattention" / "real_heads" / "real_k.csv"
    assert tuple(packaged.read_text().split("\n", 1)[0].split(",")) == MEASURE.HEADER
    assert len(head_table()) > 0


def test_of_128_rows_the_diffuse_head_needs_one_key_more_than_of_all() -> None:
    head = load_head(Path(__file__).parent / "heads" / "attn_minilm_code_n500_L3H5.npz")
    rows = MEASURE.measured_rows(head)
    assert len(rows) == 128
    assert keys_needed(head, 0.1, rows=rows).k == 120
    assert keys_needed(head, 0.1).k == 119


def test_known_heads_have_known_columns() -> None:
    n = 32
    eye = 30 * np.eye(n)
    own = AttentionHead(q=eye, k=eye, v=np.random.default_rng(0).normal(size=(n, 3)), causal=True)
    found = MEASURE.measured(own)  # each row attends to itself alone
    assert MEASURE.measured_rows(own).tolist() == [28, 29, 30, 31]
    assert (found["k_30"], found["k_10"], found["k_3"], found["k_10_drop"]) == (1, 1, 1, 1)
    assert found["k_mass_90"] == found["n_effective"] == 1
    assert found["first_token_weight"] == 0
    flat = AttentionHead(q=0 * eye, k=eye, v=own.v, causal=False)
    even = MEASURE.measured(flat)
    assert even["n_effective"] == pytest.approx(n)
    assert even["first_token_weight"] == pytest.approx(1 / n)
    assert even["k_mass_90"] == 29  # of 32 equal weights
    assert even["k_10"] == keys_needed(flat, 0.1).k == 1
    assert even["jaccard_neighbour_16"] == even["union_8_rows_16"] == 1


def test_a_tiny_model_is_captured_and_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch", reason="the extra `models` is not installed")
    tf = pytest.importorskip("transformers", reason="the extra `models` is not installed")
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
    capture = script("capture_heads").capture
    torch.manual_seed(0)
    config = tf.LlamaConfig(
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        vocab_size=32,
    )
    ids = torch.randint(0, 32, (1, 40))
    files = MEASURE.captured_at(tf.LlamaModel(config).eval(), ids, [24, 40, 99], tmp_path, capture)
    assert len(files) == 2 * 2 * 4  # contexts, layers, heads; the text is too short for the third context
    table = MEASURE.table(files, "tiny", "noise")
    assert {(row["n"], row["layer"], row["head"]) for row in table} == {
        (n, layer, head) for n in (24, 40) for layer in (0, 1) for head in range(4)
    }
    assert all(1 <= row["k_10"] <= row["n"] for row in table)
