"""`load_head`: sound files, packaged samples, and every way a file can be hostile."""

import json
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.problem import load_head, npz, sample_names
from qattention.problem.load import ALIASES


def refusal(path) -> tuple[str, ...]:
    """The problems of a file that must be refused, each one line in the house form."""
    with pytest.raises(SpecError) as caught:
        load_head(path)
    for line in caught.value.problems:
        assert line.startswith("`")
        assert "; must be " in line
        assert "\n" not in line
    return caught.value.problems


class TestSound:
    def test_all_arrays(self, arrays, write):
        head = load_head(write(arrays, "seven.npz"))
        assert np.array_equal(head.q, arrays["q"].astype(float))
        assert np.array_equal(head.v, arrays["v"].astype(float))
        assert (head.scale, head.causal, head.name) == (0.5, True, "seven")

    def test_scale_and_meta_are_optional(self, arrays, write):
        del arrays["scale"], arrays["meta"]
        head = load_head(write(arrays))
        assert (head.scale, head.causal) == (1.0, False)

    def test_causal_is_optional_in_meta(self, arrays, write):
        assert load_head(write({**arrays, "meta": np.array("{}")})).causal is False

    @pytest.mark.parametrize("dtype", ["f2", "f4", ">f8", "i1", "u8"])
    def test_real_dtypes_and_fortran_order(self, arrays, write, dtype):
        q = np.asfortranarray(np.arange(6).reshape(3, 2).astype(dtype))
        assert load_head(write({**arrays, "q": q})).q.tolist() == [[0, 1], [2, 3], [4, 5]]

    def test_compressed(self, arrays, tmp_path):
        np.savez_compressed(tmp_path / "c.npz", **arrays)
        assert np.array_equal(load_head(tmp_path / "c.npz").k, arrays["k"].astype(float))

    def test_scale_of_one_element(self, arrays, write):
        assert load_head(write({**arrays, "scale": np.array([2])})).scale == 2.0


class TestSamples:
    def test_names(self):
        assert len(sample_names()) == 3
        assert set(ALIASES.values()) == set(sample_names())

    @pytest.mark.parametrize(
        ("alias", "n", "d", "causal"),
        [("minilm-code", 256, 32, False), ("minilm-pride", 512, 32, False), ("smollm2-alice", 128, 64, True)],
    )
    def test_real_heads(self, alias, n, d, causal):
        head = load_head(alias)
        assert head.name == ALIASES[alias]
        assert (head.q.shape, head.k.shape, head.v.shape) == ((n, d),) * 3
        assert head.causal is causal
        assert head.scale == pytest.approx(d**-0.5)
        assert np.array_equal(load_head(head.name).q, head.q)

    def test_provenance_is_packaged_beside_them(self):
        samples = Path(npz.__file__).parents[1] / "samples"
        text = (samples / "README.md").read_text()
        assert all(f"{name}.npz" in text for name in sample_names())
        assert "Apache-2.0" in text
        assert sum(file.stat().st_size for file in samples.iterdir()) < 400_000

    def test_a_path_that_exists_wins(self, arrays, write, monkeypatch):
        path = write(arrays, "minilm-code.npz").rename(Path(write(arrays)).parent / "minilm-code")
        monkeypatch.chdir(path.parent)
        assert load_head("minilm-code").n_keys == 4


class TestArrays:
    @pytest.mark.parametrize("field", ["q", "k", "v"])
    def test_missing(self, arrays, write, field):
        del arrays[field]
        assert refusal(write(arrays)) == (f"`{field}`: got 'no such array'; must be present in the file",)

    def test_all_problems_at_once(self, arrays, write):
        arrays.update(q=arrays["q"][0], scale=np.float32(-1), meta=np.array("{"))
        del arrays["v"]
        assert [line.split("`")[1] for line in refusal(write(arrays))] == ["v", "q", "scale", "meta"]

    def test_unknown(self, arrays, write):
        assert refusal(write({**arrays, "w": np.ones(1)})) == (
            "`head`: got \"unknown arrays ['w']\"; must be only q, k, v, scale, meta",
        )

    @pytest.mark.parametrize("field", ["q", "scale", "meta"])
    def test_objects_are_never_unpickled(self, arrays, write, field):
        class Trap:
            def __reduce__(self):
                return pytest.fail, ("unpickled",)

        (line,) = refusal(write({**arrays, field: np.array([[Trap()]], dtype=object)}))
        assert line.startswith(f"`{field}`: got 'dtype object'; must be plain numbers or text, never pickled")

    @pytest.mark.parametrize(
        ("value", "fragment"),
        [
            (np.full((3, 2), np.nan), "got nan"),
            (np.full((3, 2), np.inf), "got inf"),
            (np.ones((3, 2), complex), "complex"),
            (np.ones((3, 2), bool), "bool"),
            (np.full((3, 2), "1"), "<U1"),
            (np.zeros((3, 2), "datetime64[s]"), "datetime64"),
            (np.zeros((3, 2), [("a", "f4")]), "plain numbers"),
            (np.ones((0, 2)), "shape (0, 2)"),
            (np.ones((3, 0)), "shape (3, 0)"),
            (np.ones(3), "shape (3,)"),
            (np.float64(1), "shape ()"),
        ],
    )
    def test_bad_queries(self, arrays, write, value, fragment):
        (line,) = refusal(write({**arrays, "q": value}))
        assert line.startswith("`q`")
        assert fragment in line

    @pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf, [1.0, 2.0], True, "1", 1j])
    def test_bad_scale(self, arrays, write, value):
        (line,) = refusal(write({**arrays, "scale": np.array(value)}))
        assert line.startswith("`scale`")

    @pytest.mark.parametrize(
        ("text", "field"),
        [
            ("{", "meta"),
            ("", "meta"),
            ("[1]", "meta"),
            ("null", "meta"),
            ("[" * 100_000, "meta"),
            ('{"causal": 1}', "meta.causal"),
            ('{"causal": "true"}', "meta.causal"),
            ('{"causal": null}', "meta.causal"),
            ('{"causal": ' + "[" * 50 + "]" * 50 + "}", "meta.causal"),
        ],
    )
    def test_bad_meta(self, arrays, write, text, field):
        (line,) = refusal(write({**arrays, "meta": np.array(text)}))
        assert line.startswith(f"`{field}`")
        assert len(line) < 200

    @pytest.mark.parametrize("meta", [np.array(["{}", "{}"]), np.array(b"{}"), np.float64(1)])
    def test_meta_of_another_type(self, arrays, write, meta):
        (line,) = refusal(write({**arrays, "meta": meta}))
        assert line.startswith("`meta`")

    def test_meta_that_is_no_text(self, arrays, write_raw, npy):
        members = {f"{field}.npy": npy(array) for field, array in arrays.items()}
        members["meta.npy"] = npy(np.array("{}"))[:-8] + b"\xff" * 8  # code points beyond Unicode
        (line,) = refusal(write_raw(members))
        assert line.startswith("`meta`")

    def test_causal_needs_a_key_for_each_query(self, arrays, write):
        assert refusal(write({**arrays, "q": np.ones((5, 2))}))[0].startswith("`q`: got '5 rows'")


class TestFiles:
    def test_absent(self, tmp_path):
        (line,) = refusal(tmp_path / "none.npz")
        assert "a sample: minilm-code" in line

    @pytest.mark.parametrize("name", ["", "\0", "x" * 5000, "attn_minilm_code_n256_L1H8/../x"])
    def test_names_that_are_no_path(self, name):
        refusal(name)

    def test_folder(self, tmp_path):
        assert "(this is a folder)" in refusal(tmp_path)[0]

    def test_pipe_does_not_block(self, tmp_path):
        os.mkfifo(tmp_path / "pipe")
        assert "not a regular file" in refusal(tmp_path / "pipe")[0]

    def test_unreadable(self, arrays, write, monkeypatch):
        path = write(arrays)
        monkeypatch.setattr(
            Path, "open", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied"))
        )
        assert "(Permission denied)" in refusal(path)[0]

    @pytest.mark.parametrize("data", [b"", b"PK", b"not a zip" * 100, b"\x93NUMPY\x01\x00"])
    def test_not_a_zip(self, tmp_path, data):
        (tmp_path / "x.npz").write_bytes(data)
        assert refusal(tmp_path / "x.npz")[0].startswith("`head`: got 'a broken file")

    def test_truncated_anywhere(self, arrays, write):
        path = write(arrays)
        data = path.read_bytes()
        for length in range(0, len(data), 37):
            path.write_bytes(data[:length])
            refusal(path)

    def test_one_byte_changed_anywhere(self, arrays, write):
        path = write(arrays)
        data = bytearray(path.read_bytes())
        reference = load_head(path)
        for position in range(len(data)):
            damaged = data.copy()
            damaged[position] ^= 0xFF
            path.write_bytes(damaged)
            try:
                head = load_head(path)
            except SpecError:
                continue
            assert np.array_equal(head.q, reference.q)  # dates and attributes may change, the data never

    def test_repeated_member(self, arrays, write, npy):
        path = write(arrays)
        with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("q.npy", npy(arrays["q"]))
        assert "more than once" in refusal(path)[0]

    def test_unusual_compression(self, arrays, write_raw, npy):
        members = {f"{field}.npy": npy(array) for field, array in arrays.items()}
        assert "compression" in refusal(write_raw(members, zipfile.ZIP_LZMA))[0]

    def test_foreign_member_names_do_not_flood(self, write_raw):
        (line,) = refusal(write_raw({f"../{'x' * 100}{i}": b"" for i in range(200)}))
        assert len(line) < 400

    def test_more_numbers_than_fit_as_floats(self, arrays, write, monkeypatch):
        monkeypatch.setattr("qattention.problem.load.MAX_NUMBERS", 17)
        (line,) = refusal(write(arrays))
        assert line.endswith("numbers'; must be at most 17 in q, k and v together")

    def test_a_header_that_ends_in_the_middle(self, arrays, write_raw, npy):
        members = {f"{field}.npy": npy(array) for field, array in arrays.items()}
        header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), ".ljust(117) + "\n"
        members["q.npy"] = (
            b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + bytes(24)
        )
        (line,) = refusal(write_raw(members))
        assert line.startswith("`q`: got ")
        assert "a broken array" in line


class TestBombs:
    """Refused by declared sizes: the test fails if anything large is read."""

    @pytest.fixture(autouse=True)
    def _small_limit(self, monkeypatch):
        monkeypatch.setattr(npz, "MAX_BYTES", 100_000)
        monkeypatch.setattr("qattention.problem.load.MAX_BYTES", 100_000)

    def test_by_the_zip_directory(self, arrays, tmp_path, monkeypatch):
        arrays["q"] = np.zeros((200_000, 2))
        np.savez_compressed(tmp_path / "bomb.npz", **arrays)
        assert (tmp_path / "bomb.npz").stat().st_size < 100_000
        monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_a, **_k: pytest.fail("a member was opened"))
        assert "bytes unpacked" in refusal(tmp_path / "bomb.npz")[0]

    def test_by_the_file_size(self, arrays, write):
        assert "a file of at most" in refusal(write({**arrays, "q": np.ones((20_000, 2))}))[0]

    @pytest.mark.parametrize("shape", ["(1099511627776, 2)", "(-1, 2)", "(True, 2)", "3", "(3.0, 2)"])
    def test_by_the_array_header(self, arrays, write_raw, npy, shape):
        members = {f"{field}.npy": npy(array) for field, array in arrays.items()}
        header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
        members["q.npy"] = (
            b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + bytes(24)
        )
        (line,) = refusal(write_raw(members))
        assert line.startswith("`q`")

    @pytest.mark.parametrize(
        "change", [lambda b: b[:-4], lambda b: b + b"\0", lambda b: b[:20], lambda _b: b""]
    )
    def test_padded_or_cut_arrays(self, arrays, write_raw, npy, change):
        members = {f"{field}.npy": npy(array) for field, array in arrays.items()}
        members["k.npy"] = change(members["k.npy"])
        (line,) = refusal(write_raw(members))
        assert line.startswith("`k`")

    def test_declared_size_that_lies(self, arrays, write):
        path = write({**arrays, "q": np.zeros((1000, 2))})
        data = path.read_bytes()
        size = (1000 * 16 + 128).to_bytes(4, "little")
        assert data.count(size) >= 2  # in the directory and in the member's own header
        path.write_bytes(data.replace(size, (200).to_bytes(4, "little")))
        refusal(path)

    def test_a_header_that_promises_too_much_is_told(self, write_raw, npy, arrays):
        members = {f"{field}.npy": npy(array) for field, array in arrays.items()}
        members["q.npy"] = members["q.npy"].replace(b"(3, 2)", b"(9, 9)")
        path = write_raw(members)
        assert "shape (9, 9) in 152 bytes" in refusal(path)[0]

    def test_long_header(self, arrays, write_raw, npy):
        members = {f"{field}.npy": npy(array) for field, array in arrays.items()}
        header = ("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }" + " " * 60_000).encode()
        members["q.npy"] = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(24)
        assert refusal(write_raw(members))[0].startswith("`q`")


def test_meta_of_the_samples_is_plain_json():
    for name in sample_names():
        path = Path(npz.__file__).parents[1] / "samples" / f"{name}.npz"
        with np.load(path, allow_pickle=False) as file:
            assert json.loads(str(file["meta"]))["causal"] is load_head(name).causal
