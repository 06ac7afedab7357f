"""Progress bars on stderr, for terminals only, once work has lasted two seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

PATIENCE_S = 2.0


@contextmanager
def progress(text: str, total: int) -> Iterator[Callable[[], None]]:
    """A function to call after each of `total` pieces of work.

    The bar appears on time even if the first piece takes long.
    """
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.progress import Progress

    from qattention.cli.output import console

    with Progress(console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(text, total=total, visible=False)
        timer = Timer(PATIENCE_S, lambda: bar.update(task, visible=True))
        timer.daemon = True
        timer.start()
        try:
            yield lambda: bar.advance(task)
        finally:
            timer.cancel()
