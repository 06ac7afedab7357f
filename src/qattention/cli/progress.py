"""Progress bars on stderr, for terminals only, once work has lasted two seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE_S = 2.0


@contextmanager
def progress(text: str, total: int) -> Iterator[Callable[[], None]]:
    """A function to call after each of `total` pieces of work."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.progress import Progress

    from qattention.cli.output import console

    with Progress(console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(text, total=total, visible=False)
        started = time.monotonic()

        def advance() -> None:
            bar.update(task, advance=1, visible=time.monotonic() - started > PATIENCE_S)

        yield advance
