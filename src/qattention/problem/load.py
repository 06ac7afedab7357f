"""`load_head`: a head from untrusted `.npz`, `.safetensors` or `.npy` files, or from the packaged samples."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import IO, Any

import attrs

from qattention.errors import SpecError, bad, near
from qattention.problem.assemble import ALLOWED, assemble, is_known, meta_fields, plain_metadata
from qattention.problem.head import AttentionHead
from qattention.problem.npz import MAX_BYTES, read_npz
from qattention.problem.pick import VECTORS, Pick, usual_name
from qattention.problem.tensors import read_npy, read_safetensors, widened

SUFFIXES = (".npz", ".safetensors", ".npy")
ALIASES = {
    "minilm-code": "attn_minilm_code_n256_L1H8",
    "minilm-pride": "attn_minilm_pride_n512_L5H8",
    "smollm2-alice": "attn_smollm2_alice_n128_L4H7",
}


def sample_names() -> tuple[str, ...]:
    """The packaged real heads (provenance and licence: samples/README.md), in alphabetical order."""
    files = (resources.files("qattention") / "samples").iterdir()
    return tuple(sorted(f.name.removesuffix(".npz") for f in files if f.name.endswith(".npz")))


def load_head(
    source: str | os.PathLike[str],
    *,
    layer: int | None = None,
    head: int | None = None,
    batch: int | None = None,
) -> AttentionHead:
    """Read a head: queries, keys and values, and how they attend (docs/heads.md has the names).

    Args:
        source: a `.npz` or `.safetensors` file, a `.npy` file of queries beside those of keys and values,
            three of them divided by commas, a folder with them, or the name or short alias of a packaged
            sample. A path that exists wins. "PATH@layer=2,head=5" picks as the arguments do.
        layer, head, batch: places from 0, where the file has more than one.
    Raises:
        SpecError: one line for every problem found. Nothing is unpickled, and nothing larger than the
            limits in `npz` is unpacked.
    """
    name, pick = picked(os.fspath(source), Pick(layer=layer, head=head, batch=batch))
    path = Path(name)
    if "," in name and not _exists(path):
        return _of_npy([Path(part) for part in name.split(",")], pick)
    if not _exists(path):
        sample = ALIASES.get(name, name)
        if sample not in sample_names():
            allowed = f"an .npz file that exists, or a sample: {', '.join((*ALIASES, *sample_names()))}"
            raise SpecError(bad("head", name, allowed) + near(name, (*ALIASES, *sample_names())))
        with (resources.files("qattention") / "samples" / f"{sample}.npz").open("rb") as stream:
            return _of_npz(stream, sample, pick)
    try:
        if path.is_dir():
            return _of_npy(sorted(path.glob("*.npy")), pick, path.name)
        _check_file(path)
        if path.suffix == ".npy":
            return _of_npy(sorted(path.parent.glob("*.npy")), pick, path.parent.name)
        with path.open("rb") as stream:
            if path.suffix == ".safetensors":
                arrays, metadata = read_safetensors(stream)
                return assemble(arrays, plain_metadata(metadata), pick, path.stem)
            return _of_npz(stream, path.stem, pick)
    except OSError as error:
        raise SpecError(bad("head", name, f"a readable file ({error.strerror or error})")) from None


def picked(name: str, pick: Pick) -> tuple[str, Pick]:
    """(the path, what to pick) of "PATH@layer=2,head=5"; a path that exists is one, "@" or not.

    Raises:
        SpecError: something else than numbers for layer, head or batch after the "@".
    """
    path, at, told = name.rpartition("@")
    if not at or _exists(Path(name)):
        return name, pick
    chosen: dict[str, int] = {}
    for part in told.split(","):
        what, _, number = part.partition("=")
        if what not in attrs.asdict(pick) or not number.isdecimal():
            raise SpecError(bad("head", name, "a path, or one with @layer=N,head=N,batch=N behind it"))
        chosen[what] = int(number)
    return path, attrs.evolve(pick, **chosen)


def _exists(path: Path) -> bool:
    """Whether something is there, readable or not; names that cannot be paths are not there."""
    try:
        return path.exists()
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False


def _check_file(path: Path) -> None:
    """Refuse devices and pipes (a read could block) and files too large to hold a legal head."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise SpecError(bad("head", str(path), f"a {', '.join(SUFFIXES)} file (this is not a regular file)"))
    if status.st_size > MAX_BYTES:
        raise SpecError(bad("head", f"{status.st_size} bytes", f"a file of at most {MAX_BYTES} bytes"))


def _of_npz(stream: IO[bytes], name: str, pick: Pick) -> AttentionHead:
    arrays, problems = read_npz(stream, is_known, ALLOWED)
    fields, told = meta_fields(arrays.pop("meta", None))
    widen = {field: widened(array) for field, array in arrays.items()}
    return assemble(widen, fields, pick, name, problems, told)


def _of_npy(paths: list[Path], pick: Pick, name: str | None = None) -> AttentionHead:
    """A head of single arrays, each file named for what it holds."""
    found: Mapping[str, Path] = {path.stem: path for path in paths if usual_name(path.stem) is not None}
    if not {usual_name(stem) for stem in found} >= set(VECTORS):
        got = ", ".join(path.name for path in paths[:6]) or "no .npy file"
        raise SpecError(bad("head", got, "q.npy, k.npy and v.npy, or other names of these; or an .npz file"))
    arrays: dict[str, Any] = {stem: read_npy(path, stem) for stem, path in found.items()}
    return assemble(arrays, {}, pick, name or next(iter(found.values())).parent.name or "head")
