"""Options that several commands share, and the problem and plan that they make."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from qattention.cli.numbers import ADDRESSES, REAL, WHOLE

if TYPE_CHECKING:
    from qattention.problem import AttentionHead, AttentionProblem
    from qattention.reference import Quantisation

F = TypeVar("F", bound=Callable[..., Any])
FILLS = ("mean-logit", "one", "first-order", "row-mean", "drop")
SIZES = ("n_queries", "n_keys", "head_dim", "v_dim")
DEFAULTS = {"n_queries": 2**14, "n_keys": 2**14, "head_dim": 128, "n_heavy": 16}  # the reference case

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object instead of a table."
)
seed_option = click.option("--seed", type=WHOLE, default=0, help="Seed of all randomness [default: 0].")


def _apply(function: F, options: list[Callable[[F], F]]) -> F:
    for option in reversed(options):
        function = option(function)
    return function


def head_argument(required: bool = True) -> Callable[[F], F]:
    """HEAD: a path or the name of a sample."""
    return click.argument("head", metavar="HEAD" if required else "[HEAD]", required=required)


def bits_options(function: F) -> F:
    """--key-bits and --query-bits."""
    return _apply(
        function,
        [
            click.option(
                "--key-bits", type=WHOLE, help="Bits of a key's component, sign included [default: 8]."
            ),
            click.option("--query-bits", type=WHOLE, help="Bits of a query's component [default: 8]."),
        ],
    )


def quantise_options(function: F) -> F:
    """--quantise, --logit-budget and --logit-margin."""
    return _apply(
        function,
        [
            click.option(
                "--quantise",
                metavar="plain|rotated",
                help="Words of one width, or the joint eigenbasis of Q and K [default: plain].",
            ),
            click.option(
                "--logit-budget",
                type=REAL,
                help="Logit error of a rotated head, as a share of a row's logit spread [default: 0.2].",
            ),
            click.option(
                "--logit-margin",
                type=REAL,
                help="Standard deviations of its logit error by which a row's threshold is lowered "
                "[default: 2 if rotated, else 0].",
            ),
        ],
    )


def make_quantisation(options: dict[str, Any]) -> Quantisation:
    """How the options quantise a head.

    Raises:
        SpecError: values out of range, or of another method.
    """
    from qattention.reference import Quantisation

    names = ("quantise", "key_bits", "query_bits", "center_keys", "logit_budget", "logit_margin")
    return Quantisation(**given(options, *names))


def refuse_quantisation(options: dict[str, Any]) -> None:
    """Raise SpecError for the options that only a head's data gives a meaning."""
    from qattention.errors import SpecError, bad

    asked = given(options, "quantise", "logit_budget", "logit_margin")
    if asked:
        raise SpecError([bad(name, value, "absent without HEAD") for name, value in asked.items()])


def heavy_options(function: F) -> F:
    """--n-heavy and --tau."""
    return _apply(
        function,
        [
            click.option("--n-heavy", type=WHOLE, help="k, heavy keys a row [default: 16]."),
            click.option(
                "--tau", type=REAL, help="One threshold for all rows: a logit of the given Q, K, scale."
            ),
        ],
    )


def budget_options(function: F) -> F:
    """--p-fail and its scope."""
    return _apply(
        function,
        [
            click.option("--p-fail", type=REAL, help="Probability that anything is wrong [default: 1e-3]."),
            click.option(
                "--p-fail-scope", metavar="all|row", help="For all rows or for each [default: all]."
            ),
        ],
    )


def size_options(function: F) -> F:
    """Sizes of a problem without a head."""
    return _apply(
        function,
        [
            click.option("--n-tokens", type=WHOLE, help="Sets --n-queries and --n-keys."),
            click.option("--n-queries", type=WHOLE, help="Query rows [default: 2**14]."),
            click.option("--n-keys", type=WHOLE, help="Keys [default: 2**14]."),
            click.option("--head-dim", type=WHOLE, help="d, components of a key [default: 128]."),
            click.option("--causal/--no-causal", default=None, help="Row i sees the keys up to its own."),
        ],
    )


def problem_options(function: F) -> F:
    """All of the above."""
    return size_options(heavy_options(bits_options(quantise_options(budget_options(function)))))


def _own_loader(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    """A loader of the user's own is imported before anything asks for it."""
    if name and ":" in name:
        from qattention.lowering.user_loader import adopt_loader

        adopt_loader(name)
    return name


def plan_options(function: F) -> F:
    """Every choice of a plan; anything not available yet is refused, naming what is."""
    return _apply(
        function,
        [
            click.option("--algorithm", metavar="NAME", help="row-by-row, ... [default: auto]."),
            click.option(
                "--loader",
                metavar="NAME",
                callback=_own_loader,
                help="qrom, ..., or package.module:Class [default: auto].",
            ),
            click.option("--block-size", type=WHOLE, help="Rows that a loader looks up at once."),
            click.option("--unload-block", type=WHOLE, help="Addresses an unload makes one-hot."),
            click.option("--inner-product", metavar="NAME", help="Its form [default: auto]."),
            click.option("--search", metavar="NAME", help="The find-all schedule [default: adaptive]."),
            click.option("--rows-per-load", metavar="R", help="Query rows evaluated on one loaded key."),
            click.option(
                "--padding", metavar="on|off|auto", help="Search all 2**m addresses [default: auto]."
            ),
            click.option("--minimize", metavar="COST", help="toffoli, qubits, ... [default: toffoli]."),
            click.option("--max-qubits", type=WHOLE, help="Cap on logical qubits."),
            click.option("--max-t-depth", type=WHOLE, help="Cap on the T depth of an iteration."),
            click.option("--plan", metavar="NAME", help="naive: stock parts, to compare with."),
            click.option("--memory-latency-us", type=REAL, help="Of one query, with --loader hardware."),
            click.option("--memory-error", type=REAL, help="Of one query, with --loader hardware."),
        ],
    )


def exclusion_option(function: F) -> F:
    """`--exclusion`; which there are is checked where the oracle is made."""
    how = "How found keys are left out [default: fix-up, or live with hardware]."
    return click.option("--exclusion", metavar="fix-up|live|circuit", help=how)(function)


def exclude_options(function: F) -> F:
    """Keys that an oracle leaves out, and how."""
    return _apply(
        function,
        [exclusion_option, click.option("--exclude", type=ADDRESSES, help="Keys left out [default: none].")],
    )


def machine_options(function: F) -> F:
    """--machine and --machine-p-fail."""
    return _apply(
        function,
        [
            click.option(
                "--machine",
                multiple=True,
                metavar="NAME|FILE.toml",
                help="Hardware, as often as you like [default: three that qdk.qre knows].",
            ),
            click.option(
                "--machine-p-fail",
                type=REAL,
                help="Failure of the machine, beside --p-fail [default: 0.1].",
            ),
        ],
    )


def given(options: dict[str, Any], *names: str) -> dict[str, Any]:
    """The options among `names` that were given: the others keep the defaults of the value they go into."""
    return {name: options[name] for name in names if options.get(name) is not None}


PLAN_FIELDS = (
    *("algorithm", "loader", "block_size", "unload_block", "inner_product", "search", "rows_per_load"),
    *("padding", "minimize", "max_qubits", "max_t_depth", "plan"),
    *("memory_latency_us", "memory_error"),
)


def make_problem(options: dict[str, Any], head: AttentionHead | None = None) -> AttentionProblem:
    """The problem of a head, or of the sizes given. Sizes beside a head are refused.

    Raises:
        SpecError: values out of range, or sizes beside a head.
    """
    from qattention.errors import SpecError, bad
    from qattention.problem import AttentionProblem

    chosen = given(options, "n_heavy", "key_bits", "query_bits", "p_fail", "p_fail_scope")
    sizes = given(options, "n_queries", "n_keys", "head_dim", "n_tokens", "causal")
    if head is not None:
        if sizes:
            raise SpecError([bad(name, value, "absent: HEAD decides it") for name, value in sizes.items()])
        fixed = {name: getattr(head, name) for name in (*SIZES, "causal")}
        return AttentionProblem(**{"n_heavy": min(DEFAULTS["n_heavy"], head.n_keys), **fixed, **chosen})
    tokens = sizes.pop("n_tokens", None)
    both = {} if tokens is None else {"n_queries": tokens, "n_keys": tokens}
    fields = {**DEFAULTS, **both, **sizes, **chosen}
    if "n_heavy" not in chosen and isinstance(fields["n_keys"], int) and fields["n_keys"] >= 1:
        fields["n_heavy"] = min(fields["n_heavy"], fields["n_keys"])
    try:
        return AttentionProblem(**fields)
    except SpecError as error:
        raise SpecError(_as_given(error.problems, both.keys() - sizes.keys())) from None


def _as_given(problems: Sequence[str], names: Collection[str]) -> list[str]:
    """One line a field, those of `names` told of n_tokens, which they come from."""
    told: dict[str, str] = {}
    for line in problems:
        _, field, rest = line.split("`", 2)
        field = "n_tokens" if field in names else field
        told.setdefault(field, f"`{field}`{rest}")
    return list(told.values())
