"""The way in and out: files of unknown origin, read within limits and told of in short lines."""

from qattention.outside.parsing import read_json, read_toml
from qattention.outside.reading import MAX_BYTES, read_text

__all__ = ["MAX_BYTES", "read_json", "read_text", "read_toml"]
