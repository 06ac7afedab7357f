"""Progress bars on stderr, for terminals only, once work has lasted two seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Timer
from typing import Any

PATIENCE_S = 2.0


class Stages:
    """A progress bar whose number of pieces is told once the work has begun."""

    def __init__(self, text: str) -> None:
        self.text, self.shown = text, ExitStack()

    def __enter__(self) -> Stages:
        return self

    def __exit__(self, *raised: object) -> None:
        self.shown.close()

    def begin(self, total: int) -> Callable[[], None]:
        """What is to be called after each of `total` pieces."""
        return self.shown.enter_context(progress(self.text, total))


@contextmanager
def progress(text: str, total: int = 1) -> Iterator[Callable[[], None]]:
    """A function to call after each of `total` pieces of work; a single piece has a bar without an end."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from qattention.cli.output import console

    alone: tuple[Any, ...] = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    columns = alone if total == 1 else Progress.get_default_columns()
    shown = Progress(*columns, console=console(stderr=True), transient=True)
    task = shown.add_task(text, total=None if total == 1 else total, visible=False)
    late = Timer(PATIENCE_S, lambda: shown.update(task, visible=True))  # in the first piece, too
    late.daemon = True
    with suppress(OSError):  # the terminal may go away: no reason to lose the work
        shown.start()
    late.start()
    try:
        yield lambda: shown.update(task, advance=1)
    finally:
        late.cancel()
        with suppress(OSError):
            shown.stop()
