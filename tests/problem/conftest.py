"""Arrays of a small sound head, and a writer of `.npz` files around them."""

import io
import json
import zipfile

import numpy as np
import pytest


@pytest.fixture
def arrays():
    """A head of 3 queries, 4 keys, d = 2, d_v = 5, with every optional array."""
    rng = np.random.default_rng(0)
    return {
        "q": rng.normal(size=(3, 2)).astype(np.float32),
        "k": rng.normal(size=(4, 2)).astype(np.float32),
        "v": rng.normal(size=(4, 5)).astype(np.float32),
        "scale": np.float32(0.5),
        "meta": np.array(json.dumps({"causal": True, "model": "none"})),
    }


@pytest.fixture
def write(tmp_path):
    """write(arrays) -> path of an .npz with them, pickles allowed."""

    def write_npz(arrays, name="head.npz"):
        path = tmp_path / name
        np.savez(path, **arrays)
        return path

    return write_npz


@pytest.fixture
def write_raw(tmp_path):
    """write_raw({member: bytes}) -> path of a zip with those members."""

    def write_zip(members, compression=zipfile.ZIP_DEFLATED):
        path = tmp_path / "raw.npz"
        with zipfile.ZipFile(path, "w", compression) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        return path

    return write_zip


@pytest.fixture
def npy():
    """npy(array) -> the bytes of its .npy file."""

    def encode(array):
        stream = io.BytesIO()
        np.save(stream, array)
        return stream.getvalue()

    return encode
