"""Heads as people have them: safetensors, single arrays, 16-bit floats, several heads, other names."""

import json
import struct

import numpy as np
import pytest
from safetensors.numpy import save_file

from qattention.errors import SpecError
from qattention.problem import load_head

N, D = 6, 4


@pytest.fixture
def vectors():
    rng = np.random.default_rng(0)
    return {name: rng.normal(size=(N, D)).astype(np.float32) for name in "qkv"}


@pytest.fixture
def stacked():
    """2 layers, 3 in a batch, 8 query heads on 2 key/value heads."""
    rng = np.random.default_rng(1)
    shapes = {"q": 8, "k": 2, "v": 2}
    return {name: rng.normal(size=(2, 3, heads, N, D)).astype(np.float32) for name, heads in shapes.items()}


def refusal(*arguments, **picks) -> tuple[str, ...]:
    with pytest.raises(SpecError) as caught:
        load_head(*arguments, **picks)
    assert all(line.startswith("`") and "; must be " in line for line in caught.value.problems)
    return caught.value.problems


def same(head, vectors) -> bool:
    return all(np.array_equal(getattr(head, name), vectors[name].astype(np.float64)) for name in "qkv")


def bf16(array):
    """The nearest below in magnitude, as bytes without a dtype of NumPy's, and what it stands for."""
    halves = (np.ascontiguousarray(array, np.float32).view(np.uint32) >> 16).astype("<u2")
    return halves.view("V2"), (halves.astype(np.uint32) << 16).view(np.float32)


def test_safetensors_with_metadata(vectors, tmp_path):
    save_file(vectors, tmp_path / "h.safetensors", metadata={"causal": "true", "scale": "0.5", "text": "x"})
    head = load_head(tmp_path / "h.safetensors")
    assert same(head, vectors)
    assert (head.causal, head.scale, head.name) == (True, 0.5, "h")


def test_metadata_may_be_one_json(vectors, tmp_path):
    save_file(vectors, tmp_path / "h.safetensors", metadata={"meta": '{"causal": true, "window": 2}'})
    head = load_head(tmp_path / "h.safetensors")
    assert (head.causal, head.window) == (True, 2)


@pytest.mark.parametrize("suffix", ["npz", "safetensors", "npy"])
def test_bfloat16(vectors, tmp_path, suffix):
    raw = {name: bf16(array) for name, array in vectors.items()}
    path = tmp_path / f"q.{suffix}"
    if suffix == "npz":
        np.savez(path, **{name: one for name, (one, _) in raw.items()})
    elif suffix == "npy":
        for name, (one, _) in raw.items():
            np.save(tmp_path / f"{name}.npy", one)
    else:
        body, header = b"", {}
        for name, (one, _) in raw.items():
            header[name] = {
                "dtype": "BF16",
                "shape": list(one.shape),
                "data_offsets": [len(body), len(body) + one.nbytes],
            }
            body += one.tobytes()
        text = json.dumps(header).encode()
        path.write_bytes(struct.pack("<Q", len(text)) + text + body)
    assert same(load_head(path), {name: real for name, (_, real) in raw.items()})


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i2"])
def test_other_dtypes_of_safetensors(vectors, tmp_path, dtype):
    rounded = {name: (8 * array).astype(dtype) for name, array in vectors.items()}
    save_file(rounded, tmp_path / "h.safetensors")
    assert same(load_head(tmp_path / "h.safetensors"), rounded)


def test_three_arrays(vectors, tmp_path):
    for name, array in vectors.items():
        np.save(tmp_path / f"{name}.npy", array)
    three = ",".join(str(tmp_path / f"{name}.npy") for name in "qkv")
    for source in (tmp_path, tmp_path / "q.npy", three):
        assert same(load_head(source), vectors)
    (tmp_path / "v.npy").unlink()
    assert refusal(tmp_path)[0].startswith("`head`: got 'k.npy, q.npy'; must be q.npy, k.npy and v.npy")


@pytest.mark.parametrize(
    "names", ["query key value", "q_proj k_proj v_proj", "Q K V", "query_states keys values"]
)
def test_other_names(vectors, write, names):
    assert same(load_head(write(dict(zip(names.split(), vectors.values(), strict=True)))), vectors)


def test_one_array_by_two_names_is_refused(vectors, write):
    assert refusal(write(vectors | {"query": vectors["q"]})) == (
        "`query`: got 'the same array by a second name'; must be given once",
    )


def test_a_head_is_picked(stacked, write):
    path = write(stacked)
    for layer, batch, head in [(0, 0, 0), (1, 2, 7), (1, 0, 3)]:
        own = {
            "q": stacked["q"][layer, batch, head],
            "k": stacked["k"][layer, batch, head // 4],
            "v": stacked["v"][layer, batch, head // 4],
        }
        assert same(load_head(path, layer=layer, batch=batch, head=head), own)
        assert same(load_head(f"{path}@layer={layer},batch={batch},head={head}"), own)


@pytest.mark.parametrize("layer", [None, 0])
def test_four_dimensions_are_a_batch_or_layers(stacked, write, layer):
    path = write({name: array[0] for name, array in stacked.items()})
    picks = {"layer": 2} if layer == 0 else {"batch": 2}
    assert np.array_equal(load_head(path, head=5, **picks).q, stacked["q"][0, 2, 5].astype(float))


def test_a_dimension_of_one_needs_no_pick(stacked, write):
    path = write({name: array[0, :1, :1] for name, array in stacked.items()})
    assert np.array_equal(load_head(path).k, stacked["k"][0, 0, 0].astype(float))


@pytest.mark.parametrize("pattern", ["layers.{}.q", "layer{}_q", "model.layers.{}.self_attn.q_proj"])
def test_layers_by_name(stacked, tmp_path, pattern):
    arrays = {}
    for layer in range(2):
        for name in "qkv":
            key = pattern.format(layer).removesuffix("q_proj").removesuffix("q") + name
            arrays[key] = stacked[name][layer, 0]
    save_file(arrays, tmp_path / "m.safetensors")
    head = load_head(tmp_path / "m.safetensors", layer=1, head=6)
    assert np.array_equal(head.v, stacked["v"][1, 0, 1].astype(float))
    assert refusal(tmp_path / "m.safetensors", head=0)[0] == "`layer`: got None; must be one of 0, 1"


def test_what_heads_have_of_their_own(stacked, write):
    arrays = {name: array[0, 0] for name, array in stacked.items()}
    head = load_head(write({**arrays, "sinks": np.arange(8.0), "causal": True}), head=5)
    assert head.sink == 5.0


@pytest.mark.parametrize(
    ("picks", "lines"),
    [
        (
            {},
            [
                "`layer`: got None; must be given: 0..1",
                "`batch`: got None; must be given: 0..2",
                "`head`: got None",
            ],
        ),
        ({"layer": 2, "batch": 0, "head": 0}, ["`layer`: got 2; must be in 0..1"]),
        ({"layer": 0, "batch": 0, "head": 8}, ["`head`: got 8; must be in 0..7"]),
        ({"layer": -1}, ["`layer`: got -1; must be a number from 0 on"]),
    ],
)
def test_what_has_to_be_picked_is_told(stacked, write, picks, lines):
    problems = refusal(write(stacked), **picks)
    assert [one.startswith(line) for one, line in zip(problems, lines, strict=True)] == [True] * len(lines)


def test_a_pick_that_there_is_nothing_for_is_refused(vectors, write):
    assert refusal(write(vectors), head=0) == (
        "`head`: got 0; must be absent: the arrays have no such dimension",
    )
    assert refusal(f"{write(vectors)}@tail=0")[0].startswith("`head`: got ")


def test_heads_that_do_not_divide_are_refused(stacked, write):
    arrays = {name: array[0, 0] for name, array in stacked.items()}
    assert "a divisor of the 7" in refusal(write({**arrays, "q": arrays["q"][:7]}), head=0)[0]


@pytest.mark.parametrize("data", [b"", b"\x08\0\0\0\0\0\0\0{}      ", b"\xff" * 64, b"\x02\0\0\0\0\0\0\0{}"])
def test_broken_safetensors_are_refused(tmp_path, data):
    (tmp_path / "h.safetensors").write_bytes(data)
    assert refusal(tmp_path / "h.safetensors")


def test_objects_in_single_arrays_are_never_unpickled(vectors, tmp_path):
    class Trap:
        def __reduce__(self):
            return pytest.fail, ("unpickled",)

    for name, array in vectors.items():
        np.save(tmp_path / f"{name}.npy", array)
    np.save(tmp_path / "q.npy", np.array([[Trap()]], dtype=object))
    assert "never pickled objects" in refusal(tmp_path)[0]
