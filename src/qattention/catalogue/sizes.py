"""Sizes of a bloq as a user writes them: n=8,d=2,b=3,padded."""

from __future__ import annotations

from qattention.catalogue.record import BloqRecord, Size
from qattention.errors import SpecError, bad

MOST = 2**12  # of every number: a circuit has a bloq a key


def read_size(record: BloqRecord, text: str) -> Size:
    """The arguments of the record's builder; what is not given is as in its first size.

    Raises:
        SpecError: names that it has not, or values that are no whole numbers of 1 .. MOST, "yes" or "no".
    """
    kinds = {name: value for size in reversed(record.sizes) for name, value in size.items()}
    found, problems = dict(record.sizes[0]), []
    for word in filter(None, text.replace(" ", "").split(",")):
        name, given, value = word.partition("=")
        if name not in kinds:
            problems.append(bad("size", word, f"of {', '.join(kinds)}"))
        elif isinstance(kinds[name], bool):
            if value not in ("", "yes", "no"):
                problems.append(bad("size", word, f"{name}=yes or {name}=no"))
            found[name] = value != "no"
        elif given and value.isdecimal() and 1 <= int(value) <= MOST:
            found[name] = int(value)
        else:
            problems.append(bad("size", word, f"{name}=1..{MOST}"))
    if problems:
        raise SpecError(problems)
    return found
