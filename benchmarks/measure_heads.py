"""How many keys the heads of a model of your own need: a table like the packaged one, a row a head.

Of a folder of heads (files that `qattention` reads, named ..._n512_L3H5), with nothing but this package:

    PYTHONPATH=src python benchmarks/measure_heads.py --heads heads/ --output real_k.csv

or of a transformers model (the extra `models`: torch and transformers), captured on a text at several
contexts first:

    PYTHONPATH=src python benchmarks/measure_heads.py MODEL --text text.txt --n-tokens 128 --n-tokens 512

Columns are those of `src/qattention/real_heads/README.md`; `docs/heads.md` says how to read them. Measured
are the rows in the last eighth of a causal head's context, or of any other all, at most 128 evenly spaced.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from qattention.problem import AttentionHead, load_head
from qattention.real_heads.table import FIRST, TARGETS, WINDOW
from qattention.reference.exact import logits, softmax, visible_range
from qattention.reference.sparsity import keys_by_error, keys_needed

PLACE = re.compile(r"n(\d+)_L(\d+)H(\d+)$")
LATE, MOST_ROWS, TOP, TOGETHER = 8, 128, 16, 8
HEADER = (
    *("model", "text", "n", "layer", "head", *TARGETS.values(), "k_10_drop", "k_mass_90", "n_effective"),
    *("first_token_weight", "top16_in_window_256", "top16_in_window_or_sinks", "k_10_left"),
    *("jaccard_neighbour_16", "union_8_rows_16", "union_kv_group_16"),
)


def measured_rows(head: AttentionHead) -> np.ndarray:
    """Query rows that are measured, ascending."""
    first = head.n_queries - max(1, head.n_queries // LATE) if head.causal else 0
    n_rows = min(MOST_ROWS, head.n_queries - first)
    return np.unique(np.linspace(first, head.n_queries - 1, n_rows).round().astype(int))


def measured(head: AttentionHead) -> dict[str, float | int | None]:
    """Everything of one head that needs no other; the columns from k_30 on."""
    rows = measured_rows(head)
    weights = softmax(logits(head, rows), head.sink)
    ranked = np.sort(weights, axis=1)[:, ::-1]
    entropy = -np.sum(np.where(weights > 0, weights * np.log(np.maximum(weights, 1e-300)), 0.0), axis=1)
    keys = keys_by_error(head, tuple(TARGETS), rows=rows)
    found: dict[str, float | int | None] = dict(zip(TARGETS.values(), keys, strict=True))
    found["k_10_drop"] = keys_needed(head, 0.1, "drop", rows).k
    found["k_mass_90"] = float(
        (np.cumsum(ranked, axis=1) < 0.9 * ranked.sum(axis=1, keepdims=True)).sum(axis=1).mean() + 1
    )
    found["n_effective"] = float(np.exp(entropy).mean())
    found["first_token_weight"] = float(weights[:, 0].mean())
    first, stop = visible_range(head, rows)
    top = [
        np.argsort(-row, kind="stable")[: min(TOP, b - a)]
        for row, a, b in zip(weights, first, stop, strict=True)
    ]
    near = [keys >= b - WINDOW for keys, b in zip(top, stop, strict=True)]
    early = [keys < a + FIRST for keys, a in zip(top, first, strict=True)]
    found["top16_in_window_256"] = float(np.mean(np.concatenate(near)))
    found["top16_in_window_or_sinks"] = float(np.mean(np.concatenate(near) | np.concatenate(early)))
    reached = head.n_keys > WINDOW + FIRST
    found["k_10_left"] = keys_needed(head, 0.1, rows=rows, kept=(WINDOW, FIRST)).k if reached else None
    found |= overlaps(head, rows)
    return found


def overlaps(head: AttentionHead, rows: np.ndarray) -> dict[str, float | None]:
    """Jaccard index of neighbouring rows' heaviest keys; distinct ones of eight rows in units of one's."""
    start = min(int(rows[0]), max(0, head.n_queries - TOGETHER))
    block = logits(head, np.arange(start, head.n_queries))
    heavy = np.argsort(-block, axis=1, kind="stable")[:, : min(TOP, head.n_keys)]
    sets = [set(keys[np.isfinite(row[keys])].tolist()) for keys, row in zip(heavy, block, strict=True)]
    jaccard = [len(a & b) / len(a | b) for a, b in pairwise(sets)]
    unions = [
        len(set().union(*sets[i : i + TOGETHER])) / np.mean([len(one) for one in sets[i : i + TOGETHER]])
        for i in range(0, len(sets) - TOGETHER + 1, TOGETHER)
    ]
    return {
        "jaccard_neighbour_16": float(np.mean(jaccard)) if jaccard else None,
        "union_8_rows_16": float(np.mean(unions)) if unions else None,
        "union_kv_group_16": None,  # of several heads: not measured here
    }


def table(files: Iterable[Path], model: str, text: str) -> list[dict[str, object]]:
    """A row a file; layer, head and context from its name."""
    rows = []
    for path in sorted(files):
        head, place = load_head(path), PLACE.search(path.stem)
        if place is None:
            raise SystemExit(f"{path.name}: must be named like code_n512_L3H5")
        n, layer, number = map(int, place.groups())
        own: dict[str, object] = {"model": model, "text": text, "n": n, "layer": layer, "head": number}
        rows.append(own | measured(head))
        print(path.stem, rows[-1]["k_10"], file=sys.stderr)
    return rows


def write(path: Path, rows: Sequence[dict[str, object]]) -> None:
    """The table as CSV; what was not measured is empty."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(HEADER)
        for row in rows:
            out.writerow([_cell(row[name]) for name in HEADER])


def _cell(value: object) -> object:
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else value


def captured_files(model_folder: str, text: Path, contexts: Sequence[int], folder: Path) -> list[Path]:
    """All heads of a model on the first tokens of a text, at each context; needs torch and transformers."""
    from capture_heads import capture
    from transformers import AutoModel, AutoTokenizer

    model = AutoModel.from_pretrained(model_folder, local_files_only=True).eval()
    tokenizer = AutoTokenizer.from_pretrained(model_folder, local_files_only=True)
    ids = tokenizer(text.read_text(), return_tensors="pt").input_ids
    return captured_at(model, ids, contexts, folder, capture)


def captured_at(model, ids, contexts, folder, capture) -> list[Path]:  # type: ignore[no-untyped-def]
    """Heads at each context that the ids are long enough for, named by it."""
    files = []
    for n in contexts:
        if ids.shape[1] < n:
            print(f"{n}: the text has {ids.shape[1]} tokens; left out", file=sys.stderr)
            continue
        for path in capture(model, ids[:, :n], [], [], folder / f"n{n}", {}):
            files.append(path.rename(folder / f"n{n}_{path.name}"))
    return files


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?", help="a folder as save_pretrained writes it")
    parser.add_argument("--heads", type=Path, help="a folder of heads in place of a model")
    parser.add_argument("--text", type=Path)
    parser.add_argument("--n-tokens", type=int, action="append", default=[])
    parser.add_argument("--output", type=Path, default=Path("real_k.csv"))
    asked = parser.parse_args()
    if asked.heads is not None:
        files = [path for path in asked.heads.iterdir() if path.suffix in (".npz", ".safetensors")]
        write(asked.output, table(files, asked.heads.name, ""))
    elif asked.model is not None and asked.text is not None:
        with tempfile.TemporaryDirectory() as folder:
            files = captured_files(asked.model, asked.text, asked.n_tokens or [128, 512], Path(folder))
            write(asked.output, table(files, Path(asked.model).name, asked.text.stem))
    else:
        parser.error("give --heads, or a model and --text")


if __name__ == "__main__":
    main()
