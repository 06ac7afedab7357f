"""The Tab key: commands, options, and the names that options take."""

import pytest
from click.shell_completion import ShellComplete

from qattention.cli.main import cli


def completed(*words: str) -> list[str]:
    *before, last = words
    shell = ShellComplete(cli, {}, "qattention", "_QATTENTION_COMPLETE")
    return [item.value for item in shell.get_completions(before, last)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["est"], ["estimate"]),
        (["estimate", "--keep"], ["--keep-window", "--keep-first"]),
        (["estimate", "--loader", "one-hot"], ["one-hot", "one-hot-swap", "one-hot-halves"]),
        (["estimate", "--algorithm", "pair"], ["pair-join"]),
        (["verify", "--unload", "u"], ["unitary"]),
        (["search", "--search", "known"], ["known-k-exact", "known-k"]),
        (["diagram", "heavy"], ["heavy-key-oracle"]),
        (["diagram", "plan", "--format", "q"], ["quantikz"]),
        (["inspect", "minilm-c"], ["minilm-code", "minilm-c"]),  # the last: files of that beginning
        (["estimate", "--machine", "cat"], ["cat-1e-5", "cat"]),
        (["scaling", "--loader", "select"], ["select-copy", "select-copy-clean"]),
        (["estimate", "--loader", "nothing"], []),
    ],
)
def test_what_the_tab_key_offers(words: list[str], found: list[str]) -> None:
    assert completed(*words) == found
