"""`qattention verify`: lower an oracle to gates and run it on every address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qattention.cli.numbers import WHOLE
from qattention.cli.options import (
    PLAN_FIELDS,
    given,
    head_argument,
    json_option,
    make_problem,
    plan_options,
    problem_options,
    seed_option,
)
from qattention.cli.output import emit_json, print_tables
from qattention.errors import SpecError, bad

if TYPE_CHECKING:
    from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle

MAX_COMPONENTS = 2**24  # n d of a table that is made up: a few minutes of simulation
RANDOM = {"n_keys": 64, "head_dim": 8}  # sizes unless given


@click.command("verify")
@head_argument(required=False)
@click.option("--row", type=WHOLE, help="The query row of HEAD [default: 0].")
@problem_options
@plan_options
@seed_option
@click.option("--draws", type=WHOLE, default=10, help="Outcome vectors drawn, besides all 0 and all 1 [10].")
@click.option("--trace", type=WHOLE, metavar="ADDRESS", help="Follow this address through the oracle.")
@json_option
def command(head: str | None, seed: int, draws: int, trace: int | None, as_json: bool, **options: Any) -> int:
    """Lower the oracle of one query row to gates and run it on every address.

    Without HEAD: a table of random keys, of --n-keys, --head-dim, bits and --seed.
    Ends with 1 if anything is wrong.
    """
    from qattention.simulate.trace import trace_oracle
    from qattention.simulate.verify import verify_oracle

    if seed < 0:
        raise SpecError(bad("seed", seed, "an integer of at least 0"))
    what, oracle = _oracle_of_head(head, options) if head else _random_oracle(options, seed)
    report = verify_oracle(oracle, seed=seed, draws=draws)
    steps = None if trace is None else trace_oracle(oracle, trace, seed=seed, draws=draws)
    if as_json:
        from qattention.cli.output import plain

        emit_json("verify", {**plain(report), **({} if steps is None else {"trace": steps})})
    else:
        from qattention.render.head_tables import trace_table, verify_table

        print_tables([verify_table(report, what), *([] if steps is None else [trace_table(steps)])])
    return 0 if report.is_right else 1


def _padded(options: dict[str, Any]) -> bool:
    from qattention.plan import PlanOptions

    return PlanOptions(**given(options, *PLAN_FIELDS)).padding == "on"


def _oracle_of_head(name: str, options: dict[str, Any]) -> tuple[str, HeavyKeyOracle]:
    from qattention.compiler.oracle import row_oracle
    from qattention.problem import load_head
    from qattention.reference import integer_thresholds, midway_thresholds, quantise_head

    head = load_head(name)
    problem, padded = make_problem(options, head), _padded(options)
    row = options["row"] or 0
    if not 0 <= row < head.n_queries:
        raise SpecError(bad("row", row, f"0..{head.n_queries - 1}"))
    quantised = quantise_head(head, problem.key_bits, problem.query_bits)
    tau = options["tau"]
    if tau is None:
        tau = midway_thresholds(head, problem.n_heavy, [row])
    threshold = int(integer_thresholds(quantised, tau, [row])[0])
    return f"Oracle of {head.name}, row {row}", row_oracle(quantised, row, threshold, padded=padded)


def _random_oracle(options: dict[str, Any], seed: int) -> tuple[str, HeavyKeyOracle]:
    """Uniform keys and query; the threshold is the n_heavy-th largest inner product."""
    import numpy as np

    from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
    from qattention.bloqs.key_table import KeyTable

    _refuse(options, {"row": "absent without HEAD", "tau": "absent without HEAD: use --n-heavy"})
    sizes = {**RANDOM, **given(options, "n_keys", "head_dim")}
    problem, padded = make_problem({**options, **sizes, "n_queries": sizes["n_keys"]}), _padded(options)
    n, d, b = problem.n_keys, problem.head_dim, problem.key_bits
    if n * d > MAX_COMPONENTS:
        raise SpecError(
            bad("n_keys", n, f"at most {MAX_COMPONENTS // d} (2**24 components in all) to be run")
        )
    rng = np.random.default_rng(seed)
    keys = _words(rng, (n, d), b)
    weights = tuple(_words(rng, (d,), problem.query_bits).tolist())
    sums = sorted(keys.astype(object) @ np.array(weights, dtype=object), reverse=True)
    oracle = HeavyKeyOracle(
        KeyTable.from_values(keys, b), weights, int(sums[problem.n_heavy - 1]), padded=padded
    )
    return f"Oracle of {n} random keys of {d} × {b} bits", oracle


def _words(rng: Any, shape: tuple[int, ...], bits: int) -> Any:
    """Uniform signed integers of `bits` bits."""
    import numpy as np

    half = 1 << (bits - 1)
    return rng.integers(-half, half - 1, endpoint=True, size=shape, dtype=np.int64)


def _refuse(options: dict[str, Any], allowed: dict[str, str]) -> None:
    problems = [bad(name, options[name], rule) for name, rule in allowed.items() if options[name] is not None]
    if problems:
        raise SpecError(problems)
