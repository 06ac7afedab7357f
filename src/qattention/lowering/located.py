"""`located`: errors in a part name the path to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qualtran import Bloq

from qattention.errors import SpecError


@contextmanager
def located(bloq: Bloq) -> Iterator[None]:
    """Put the bloq before the names in a SpecError that its parts raise."""
    try:
        yield
    except SpecError as error:
        raise SpecError([problem.replace("`", f"`{bloq}/", 1) for problem in error.problems]) from error
