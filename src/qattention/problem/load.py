"""`load_head`: a head from an untrusted `.npz` file or from the packaged samples."""

from __future__ import annotations

import os
import reprlib
import stat
from importlib import resources
from pathlib import Path
from typing import IO, Any

from numpy.typing import NDArray

from qattention.errors import SpecError, bad
from qattention.outside import read_json
from qattention.problem.head import AttentionHead, array_problems, scalar_problems
from qattention.problem.npz import MAX_BYTES, read_npz

REQUIRED = ("q", "k", "v")
KNOWN = (*REQUIRED, "scale", "meta")
MAX_NUMBERS = 2**28  # of q, k and v together: 2 GiB as float64
ALIASES = {
    "minilm-code": "attn_minilm_code_n256_L1H8",
    "minilm-pride": "attn_minilm_pride_n512_L5H8",
    "smollm2-alice": "attn_smollm2_alice_n128_L4H7",
}


def sample_names() -> tuple[str, ...]:
    """The packaged real heads (provenance and licence: samples/README.md), in alphabetical order."""
    files = (resources.files("qattention") / "samples").iterdir()
    return tuple(sorted(f.name.removesuffix(".npz") for f in files if f.name.endswith(".npz")))


def load_head(head: str | os.PathLike[str]) -> AttentionHead:
    """Read a head: `q`, `k`, `v`, optional `scale` (default 1) and `meta` (JSON; `causal` is honoured).

    Args:
        head: a path, or the name or short alias of a packaged sample. A path that exists wins.
    Raises:
        SpecError: one line for every problem found. Nothing is unpickled, and nothing larger than the
            limits in `npz` is unpacked.
    """
    name = os.fspath(head)
    path = Path(name)
    if not _exists(path):
        sample = ALIASES.get(name, name)
        if sample not in sample_names():
            allowed = f"an .npz file that exists, or a sample: {', '.join((*ALIASES, *sample_names()))}"
            raise SpecError(bad("head", name, allowed))
        with (resources.files("qattention") / "samples" / f"{sample}.npz").open("rb") as stream:
            return _parse(stream, sample)
    try:
        _check_file(path)
        with path.open("rb") as stream:
            return _parse(stream, path.stem)
    except OSError as error:
        raise SpecError(bad("head", name, f"a readable .npz file ({error.strerror or error})")) from None


def _exists(path: Path) -> bool:
    """Whether something is there, readable or not; names that cannot be paths are not there."""
    try:
        return path.exists()
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False


def _check_file(path: Path) -> None:
    """Refuse folders, devices and pipes (a read could block) and files too large to hold a legal head."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
        raise SpecError(bad("head", str(path), f"an .npz file (this is {kind})"))
    if status.st_size > MAX_BYTES:
        raise SpecError(bad("head", f"{status.st_size} bytes", f"a file of at most {MAX_BYTES} bytes"))


def _parse(stream: IO[bytes], name: str) -> AttentionHead:
    arrays, problems = read_npz(stream, KNOWN)
    broken = {problem.split("`")[1] for problem in problems}
    problems += [
        bad(field, "no such array", "present in the file")
        for field in REQUIRED
        if field not in arrays and field not in broken
    ]
    causal, meta_problems = _causal(arrays.get("meta"))
    scale = _scalar(arrays["scale"]) if "scale" in arrays else 1.0
    present = {field: arrays[field] for field in REQUIRED if field in arrays}
    n_numbers = sum(array.size for array in present.values())
    if n_numbers > MAX_NUMBERS:
        raise SpecError(bad("head", f"{n_numbers} numbers", f"at most {MAX_NUMBERS} in q, k and v together"))
    problems += array_problems(present, causal) + scalar_problems(scale, causal) + meta_problems
    if problems:
        raise SpecError(problems)
    return AttentionHead(**present, scale=scale, causal=causal, name=name)


def _scalar(array: NDArray[Any]) -> Any:
    """A one-element real array as its number; anything else as a description, which is then refused."""
    return array.item() if array.size == 1 and array.dtype.kind in "iuf" else f"{array.dtype}{array.shape}"


def _causal(meta: NDArray[Any] | None) -> tuple[bool, list[str]]:
    """`causal` of the JSON in `meta` (False when absent); the other keys are provenance, free in form."""
    if meta is None:
        return False, []
    if meta.dtype.kind != "U" or meta.size != 1:
        return False, [bad("meta", f"dtype {meta.dtype}, shape {meta.shape}", "one JSON string")]
    try:
        fields = read_json(str(meta.item()), "meta")
    except (SpecError, ValueError) as error:  # ValueError: code points that are no text
        reason = str(error).removeprefix("`meta`: ")
        return False, [bad("meta", reason, "a JSON object")]
    if not isinstance(fields, dict):
        return False, [bad("meta", f"a JSON {type(fields).__name__}", "a JSON object")]
    causal = fields.get("causal", False)
    if not isinstance(causal, bool):
        return False, [f"`meta.causal`: got {reprlib.repr(causal)}; must be true or false"]
    return causal, []
