"""The way in and out: files of unknown origin, read within limits; files written whole or not at all."""

from qattention.outside.parsing import read_json, read_toml
from qattention.outside.reading import MAX_BYTES, read_text
from qattention.outside.writing import check_writable, unwritable, write_file

__all__ = ["MAX_BYTES", "check_writable", "read_json", "read_text", "read_toml", "unwritable", "write_file"]
