"""`estimate --model`: tables, JSON of the published shape, and what is refused."""

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

SMALL = {
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "hidden_size": 12,
    "max_position_embeddings": 16,
    "vocab_size": 100,
}
FAST = ("--search", "known-k-exact", "--loader", "qrom", "--n-heavy", 2)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(SMALL))
    return path


def test_the_bill_is_of_the_published_shape(run: Callable[..., Any], model: Path) -> None:
    outcome = run("estimate", "--model", model, *FAST, "--machine", "majorana-1e-6", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    schema = json.loads(files("qattention.cli").joinpath("schema/model-1.json").read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(outcome.json)
    assert outcome.json["schema"] == "qattention/model/1"
    assert outcome.json["n_tokens"] == 16
    assert outcome.json["model"]["head_dim"] == 3
    assert outcome.json["prefill"]["plan"]["loader"] == "qrom"
    assert outcome.json["decode"]["physical"]
    del outcome.json["prefill"]["n_times"]


def test_the_context_can_be_overridden(run: Callable[..., Any], model: Path) -> None:
    asked = ("estimate", "--model", model, *FAST, "--no-physical", "--json")
    found = run(*asked, "--n-tokens", 32).json
    assert found["n_tokens"] == found["prefill"]["problem"]["n_queries"] == 32
    assert found["decode"]["problem"]["n_keys"] == 32
    assert found["prefill"]["physical"] is None


def test_query_heads_of_a_token_share_loads_if_asked(run: Callable[..., Any], model: Path) -> None:
    asked = ("estimate", "--model", model, *FAST, "--no-physical", "--json", "--rows-per-load", 2)
    found = run(*asked).json["decode"]
    assert found["plan"]["rows_per_load"] == found["problem"]["n_queries"] == 2


def test_tables_and_report(run: Callable[..., Any], model: Path) -> None:
    outcome = run("estimate", "--model", model, *FAST, "--no-physical", "--markdown", "bill.md")
    assert (outcome.code, outcome.err) == (0, "")
    for words in ("The bill", "prompt of 16", "key components written", "prompt: ", "token: "):
        assert words in outcome.out
    report = Path("bill.md").read_text()
    for words in ("# Attention of a model over 16 tokens", "| key components written |", "## Assumptions"):
        assert words in report


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        (("minilm-code",), ["`HEAD`"]),
        (("--head-dim", 4, "--causal", "--at", "oracle"), ["`--head-dim`", "`--causal`", "`--at`"]),
        (("--quantise", "rotated"), ["`--quantise`"]),
        (("--witness", "gates"), ["`--witness`"]),
        (("--n-heavy", 17), ["`--n-heavy`"]),
        (("--markdown", "no/such/folder.md"), ["`--markdown`"]),
        (("--html", "no/such/folder.html"), ["`--html`"]),
        (("--no-physical", "--machine", "majorana-1e-6"), ["`--machine`"]),
    ],
)
def test_what_a_model_decides_is_refused(
    run: Callable[..., Any], model: Path, options: tuple[object, ...], fields: list[str]
) -> None:
    outcome = run("estimate", "--model", model, *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert [line.split(": ")[1] for line in outcome.err.splitlines()] == fields
    assert not list(Path.cwd().iterdir())


def test_a_broken_or_absent_model_is_refused(run: Callable[..., Any], tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(SMALL | {"num_key_value_heads": 3}))
    assert run("estimate", "--model", bad).err.startswith("qattention: `num_key_value_heads`: got 3")
    assert run("estimate", "--model", tmp_path / "absent.json").code == 2
