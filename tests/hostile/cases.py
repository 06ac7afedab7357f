"""Generated calls: broken and hostile files for each reader, odd values for each option; seeded."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import click

from qattention.cli.main import COMMANDS, cli

Files = dict[str, bytes]


@attrs.frozen
class Case:
    """Words of a command line, run in a folder with these files."""

    words: tuple[str, ...]
    files: Files


VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**63, 2**64, 10**18, 10**400, -(10**400), 0.5, -0.0, 1e308, -1e308, 5e-324,
    1e-30,
    "", "x", "0", "1e3", "None", "\x00", "\x1b[31m", "\ud800", "\u202e", "a\nb", "x" * 10**5, " @ ", "`",
    "{}", "%s",
    [], {}, [[]], [0] * 10**4, [None] * 10**4, ["x" * 100] * 10**3, {"a": 1},
    {str(i): i for i in range(10**4)},
    [[0] * 100] * 100, [{}] * 10**3,
)  # fmt: skip
WORDS = (
    "", " ", "0", "-1", "-0", "1", "2", "3", "8", "+5", "1.5", "1e3", "1e400", "-1e400", "1e-320", "2**61",
    "2**-1",
    "9999**9999", "0**0", "2**12**2", "nan", "inf", "-inf", "0x10", "1_000", "_1", "\u0663", "1e30", " 5",
    "5;ls", "$(ls)",
    "x", "x" * 10**4, "\u202e", "a\nb", "\x1b[31m", "../..", "/dev/zero", "/dev/full", "/", ".", "-", "--",
    ",", "1,2",
    "1,1", ":", "1:2", "2:1", "1:2:3", "-1:", "auto", "on", "off", "qrom", "hardware", "known-k-exact",
    "a:b", "os:path",
    "os.path:join", "none", "json", "csv", "minilm-code", "'", '"', "\\", "%n", "{0}", "\udcff",
)  # fmt: skip
PLAUSIBLE = (
    "1",
    "2",
    "3",
    "4",
    "5",
    "8",
    "16",
    "0",
    "0.1",
    "0.5",
    "1",
    "1e-3",
    "1e-9",
    "2**-10",
    "2**20",
    "1e6",
    "auto",
    "on",
    "off",
    "qrom",
    "qroam",
    "qroam-dirty",
    "one-hot",
    "one-hot-swap",
    "one-hot-halves",
    "select-copy",
    "bucket-brigade",
    "swap-network",
    "hardware",
    "product",
    "shift-add",
    "compressor-tree",
    "bucket-tree",
    "adaptive",
    "bbht",
    "known-k",
    "coupon",
    "fixed-point",
    "top-k",
    "worst-case",
    "known-k-exact",
    "row-by-row",
    "shared-load",
    "row",
    "all",
    "toffoli",
    "qubits",
    "volume",
    "t-depth",
    "physical",
    "naive",
    "rotated",
    "live",
    "circuit",
    "fix-up",
    "0,1",
    "0:1",
    "1:",
    "majorana-1e-6",
)


def an_odd_word(rng: random.Random) -> str:
    return rng.choice(WORDS if rng.random() < 0.5 else PLAUSIBLE)


def at_random(rng: random.Random, document: Any) -> list[Any]:
    """The way to some container of the document: keys, outermost first."""
    way: list[Any] = []
    while isinstance(document, dict | list) and document and rng.random() < 0.8:
        keys = list(document) if isinstance(document, dict) else list(range(len(document)))
        way.append(rng.choice(keys))
        document = document[way[-1]]
    return way


def changed(rng: random.Random, document: Any) -> Any:
    """A copy with a value put in place of another, left out, or added."""
    document = json.loads(json.dumps(document))
    way = at_random(rng, document)
    if not way:
        return rng.choice(VALUES)
    here = document
    for key in way[:-1]:
        here = here[key]
    kind = rng.random()
    if kind < 0.6:
        here[way[-1]] = rng.choice(VALUES)
    elif kind < 0.8 or not isinstance(here, dict):
        del here[way[-1]]
    elif kind < 0.9:
        here[str(rng.choice(WORDS))] = rng.choice(VALUES)
    else:
        here.update({f"k{i}": i for i in range(rng.choice((1, 20, 10**4)))})
    return document


def damaged(rng: random.Random, data: bytes) -> bytes:
    """The bytes of a file, some lost, turned, doubled, or put before and after it."""
    at, kind = rng.randrange(len(data) + 1), rng.randrange(8)
    if kind == 0:
        return data[:at]
    if kind == 1:
        return data[:at] + bytes(rng.randrange(256) for _ in range(rng.choice((1, 8, 100)))) + data[at + 8 :]
    if kind == 2:
        return data + data
    if kind == 3:
        return b"\xef\xbb\xbf" + data
    if kind == 4:
        return data[:at] + b"\0" + data[at:]
    if kind == 5:
        return data[:at] + rng.choice((b"[", b"{", b'{"a":', b"9", b'"', b"(", b"#")) * 10**5 + data[at:]
    if kind == 6:
        return rng.choice(
            (b"", b" ", b"\n" * 10**5, b"\xff" * 100, b"[" * 10**5, b"9" * 10**5, b"NaN", b"1e999")
        )
    return data.replace(
        rng.choice((b":", b"=", b",")), rng.choice((b"", b"::", b"==", b",,")), rng.choice((1, -1))
    )


def json_bytes(rng: random.Random, document: Any) -> bytes:
    """A broken document as JSON; some with keys given twice."""
    for _ in range(rng.choice((0, 1, 1, 1, 3))):
        document = changed(rng, document)
    data = json.dumps(document).encode()
    if rng.random() < 0.1 and data.startswith(b"{"):
        data = b'{"schema": 1, "a": 1, "a": 2, ' + data[1:]
    return damaged(rng, data) if rng.random() < 0.3 else data


def toml_value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return '""' if value is None else json.dumps(value)


def toml_bytes(rng: random.Random, document: dict[str, Any]) -> bytes:
    """A broken document as TOML, each table inline."""
    broken: Any = document
    for _ in range(rng.choice((0, 1, 1, 1, 3))):
        broken = changed(rng, broken)
    items = broken.items() if isinstance(broken, dict) else [("x", broken)]
    lines = [f"{json.dumps(str(key))} = {toml_value(value)}" for key, value in items]
    extra = (
        "a = 0x" + "f" * 6000,
        "a = " + "[" * 3000,
        ".".join("a" * 10**4) + " = 1",
        "[" * 500,
        "d = 1979-05-27",
    )
    if rng.random() < 0.2:
        lines.append(rng.choice(extra))
    data = "\n".join(lines).encode(errors="surrogatepass")
    return damaged(rng, data) if rng.random() < 0.3 else data


COUNTS = {
    "numQubits": 10,
    "tCount": 4,
    "rotationCount": 2,
    "rotationDepth": 1,
    "cczCount": 5,
    "measurementCount": 3,
}
CONFIG = {
    "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1, "hidden_size": 4,
    "max_position_embeddings": 8, "sliding_window": None, "text_config": {"n_head": 3}, "rope_theta": 1e4,
}  # fmt: skip
MACHINE = {
    "kind": "superconducting",
    "p_physical": 1e-3,
    "gate_time_ns": 50,
    "measurement_time_ns": 100,
    "label": "m",
}
STUDY = {
    "title": "t", "question": "q", "physical": False, "problem": {"head_dim": 2, "n_heavy": 1, "n_tokens": 4},
    "plan": {"loader": "qroom"}, "columns": [{"path": "logical.expected.toffoly", "label": "T"}],
    "sweep": {"problem.n_tokens": [4, 8]}, "notes": ["n"],
}  # fmt: skip
SMALL = ("--n-heavy", "1", "--loader", "qrom", "--search", "known-k-exact", "--no-physical")


def file_cases(rng: random.Random, estimate: dict[str, Any], head: bytes) -> dict[str, Callable[[], Case]]:
    """For each reader, a function that makes a case of it. The study is wrong even when nothing is broken:
    none is to start processes."""
    sound = json.dumps(estimate).encode()

    def of(words: tuple[str, ...], name: str, data: bytes, **others: bytes) -> Case:
        return Case(words, {name: data, **{key.replace("_", "."): value for key, value in others.items()}})

    def read(*words: str) -> tuple[str, ...]:
        return (*words, "--json") if rng.random() < 0.5 else words

    return {
        "diff": lambda: of(
            read("diff", "a.json", "e.json"), "a.json", json_bytes(rng, estimate), e_json=sound
        ),
        "physical of an estimate": lambda: of(
            read("physical", "a.json"), "a.json", json_bytes(rng, estimate)
        ),
        "export": lambda: of(
            (
                "export",
                "estimate",
                "--from",
                "a.json",
                "--format",
                rng.choice(("json", "csv", "latex", "qref", "azure")),
            ),
            "a.json",
            json_bytes(rng, estimate),
        ),
        "physical": lambda: of(read("physical", "c.json"), "c.json", json_bytes(rng, COUNTS)),
        "model": lambda: of(("estimate", "--model", "c.json", *SMALL), "c.json", json_bytes(rng, CONFIG)),
        "machine": lambda: of(
            ("physical", "c.json", "--machine", "m.toml"),
            "m.toml",
            toml_bytes(rng, MACHINE),
            c_json=json.dumps(COUNTS).encode(),
        ),
        "study": lambda: of(("study", "s.toml", "--workers", "1"), "s.toml", toml_bytes(rng, STUDY)),
        "head": lambda: of(read("inspect", "h.npz"), "h.npz", damaged(rng, head)),
    }


BASES: dict[str, tuple[str, ...]] = {
    "inspect": ("h.npz",),
    "verify": ("--n-keys", "4", "--head-dim", "1", "--key-bits", "2", "--n-heavy", "1", "--draws", "1"),
    "run": ("h.npz", "--rows", "0:1"),
    "estimate": ("--n-tokens", "8", "--head-dim", "2", *SMALL),
    "explore": (
        "--n-tokens",
        "4",
        "--head-dim",
        "1",
        "--n-heavy",
        "1",
        "--rows-per-load",
        "1",
        "--loader",
        "qrom",
    ),
    "physical": ("c.json",),
    "diagram": ("full-adder", "--format", "txt"),
    "search": ("--n-items", "8", "--n-marked", "1"),
    "compare": ("--n-tokens", "8", "--head-dim", "2", *SMALL),
    "claims": ("--n-tokens", "8", "--head-dim", "2", "--n-heavy", "1"),
    "export": ("full-adder",),
    "study": ("absent.toml",),
    "diff": ("c.json", "c.json"),
    "sync": ("--root", "nowhere"),
}  # scaling computes the same for minutes whatever it is asked


def option_case(rng: random.Random, name: str, head: bytes) -> Case:
    """A sound small call of a command with one to three odd options or arguments more."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    options = [param for param in command.params if isinstance(param, click.Option)]
    words = [name, *BASES[name]]
    for _ in range(rng.choice((1, 1, 2, 3))):
        kind = rng.random()
        option = rng.choice(options)
        if kind < 0.1:
            words.append(an_odd_word(rng))
        elif kind < 0.2:
            words[rng.randrange(1, len(words))] = an_odd_word(rng)
        elif option.is_flag or option.name in ("measure", "as_json"):
            words.append(option.opts[0] if option.name != "measure" else "--json")
        else:
            words += [option.opts[0], an_odd_word(rng)]
    return Case(tuple(words), {"h.npz": head, "c.json": json.dumps(COUNTS).encode()})


def generated(seed: int, n_cases: int, estimate: dict[str, Any], head: bytes) -> Iterator[Case]:
    """Cases in turn of all readers and all commands; the same for the same seed."""
    rng = random.Random(seed)
    makers = list(file_cases(rng, estimate, head).values())
    makers += [lambda name=name: option_case(rng, name, head) for name in BASES]  # type: ignore[misc]
    assert set(BASES) == set(COMMANDS) - {"scaling"}
    for i in range(n_cases):
        yield makers[i % len(makers)]()
