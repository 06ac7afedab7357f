"""Every command that answers at length writes a page of it, and a browser finds nothing wrong with it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import SCHEMES, WIDTHS, look

HOSTILE = "<img src=x onerror=alert(1)>'{{ 7 * 7 }}\""
SMALL = ("--n-tokens", 8, "--head-dim", 2, "--n-heavy", 2)
STUDY = f"""
title = '''{HOSTILE}'''
question = "See [a page](elsewhere.md): {HOSTILE.replace('"', "'")}"
notes = ["As `--plan` says, [n^2](x.md)."]

[problem]
head_dim = 2
n_heavy = 2

[sweep]
"problem.n_tokens" = [8, 16]
"plan.loader" = ["qrom", "one-hot"]

[[columns]]
path = "logical.expected.toffoli"
label = "Toffoli"

[figure]
x = "problem.n_keys"
y = "logical.expected.toffoli"
x_label = "keys"
y_label = "Toffoli"
series = ["plan.loader"]
"""
MODEL = {
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "hidden_size": 6,
    "max_position_embeddings": 8,
    "vocab_size": 100,
}
COMMANDS: dict[str, tuple[object, ...]] = {
    "estimate": ("HEAD", "--n-heavy", 2, "--loader", "qrom", "--machine", "majorana-1e-6"),
    "model": (
        *("--model", "config.json", "--search", "known-k-exact", "--loader", "qrom", "--n-heavy", 2),
        *("--machine", "majorana-1e-6"),
    ),
    "join": ("HEAD", "--n-heavy", 2, "--algorithm", "pair-join"),
    "inspect": ("HEAD",),
    "folder": ("FOLDER",),
    "explore": (*SMALL, "--rows-per-load", 1, "--no-physical"),
    "scaling": ("--loader", "hardware"),
    "compare": ("HEAD", "--n-heavy", 2, "--loader", "qrom", "--machine", "majorana-1e-6"),
    "claims": ("HEAD",),
    "run": ("HEAD", "--n-heavy", 2, "--rows", "0:1"),
    "study": ("study.toml", "--workers", 1),
}
NAMES = {"join": "estimate", "model": "estimate", "folder": "inspect"}
POINTS = {"explore": 2, "scaling": 6, "inspect": 6, "study": 4}  # marks that tell their values, at least


@pytest.fixture
def written(run: Callable[..., Any], tmp_path: Path) -> Callable[[str], tuple[Path, dict[str, Any] | None]]:
    """The page that a command writes, and the object that it prints with --json."""
    rng = np.random.default_rng(0)
    head = tmp_path / "heads" / f"{HOSTILE}.npz"
    head.parent.mkdir()
    np.savez(head, **{name: rng.normal(size=(9, 3)) for name in "qkv"}, meta=json.dumps({"text": HOSTILE}))
    Path("study.toml").write_text(STUDY)
    Path("config.json").write_text(json.dumps(MODEL))

    def write(command: str) -> tuple[Path, dict[str, Any] | None]:
        places = {"HEAD": head, "FOLDER": head.parent}
        given = [places.get(str(one), one) for one in COMMANDS[command]]
        name = NAMES.get(command, command)
        outcome = run(name, *given, "--html", "page.html", "--json")
        assert (outcome.code, outcome.err) == (0, "")
        return Path("page.html").resolve(), outcome.json

    return write


@pytest.mark.parametrize("command", COMMANDS)
def test_a_page_is_whole_and_a_browser_shows_it(command: str, written: Any, browser: Any) -> None:
    path, printed = written(command)
    text = path.read_text()
    assert len(text) < 6e6
    assert "49" not in re.findall(r"7 \* 7|49(?= ?}})", text)
    (encoded,) = re.findall(r'href="data:application/json;base64,([^"]*)"', text)
    data = json.loads(base64.b64decode(encoded))
    assert command == "study" or _without_time(data) == _without_time(printed)
    for width in WIDTHS:
        for scheme in SCHEMES:
            look(browser, path, width, scheme)
    assert browser.execute_script(FAULTS) == []
    n_told = browser.execute_script("return document.querySelectorAll('svg use title').length")
    assert n_told >= POINTS.get(command, 0)


def _without_time(document: Any) -> Any:
    return {name: value for name, value in document.items() if name != "seconds"}


# Landmarks, one main heading, contents that lead to sections; cells headed, regions and plots named.
FAULTS = """
const found = [], all = (what) => [...document.querySelectorAll(what)];
for (const one of ['header', 'nav[aria-label]', 'main', 'footer', 'h1', '.skip'])
  if (all(one).length !== 1) found.push(one);
for (const a of all('nav a, .skip')) if (!document.getElementById(a.hash.slice(1))) found.push(a.hash);
if (all('nav a').length !== all('main > section, main > details').length) found.push('contents');
for (const th of all('th')) if (!th.scope) found.push('th ' + th.textContent);
for (const t of all('table')) if (!t.closest('[role=region][aria-label][tabindex]')) found.push('region');
for (const s of all('svg')) if (s.getAttribute('role') !== 'img') found.push('svg');
for (const f of all('figure')) if (f.tabIndex !== 0) found.push('figure');
for (const text of all('td, th, p, li')) if (/\\d[eE][+-]?\\d|[\\w)]\\^\\d|\\*\\*\\d/.test(text.textContent))
  found.push(text.textContent);
return found;
"""
