"""The oracle that `verify` and `export` are asked for: of a head's row, or of random keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from qattention.cli.options import (
    PLAN_FIELDS,
    given,
    make_problem,
    make_quantisation,
    refuse_quantisation,
)
from qattention.errors import SpecError, bad

if TYPE_CHECKING:
    from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
    from qattention.bloqs.shared_oracle import SharedOracle

MAX_COMPONENTS = 2**24  # n d of a table that is made up: a few minutes of simulation
RANDOM = {"n_tokens": 64, "head_dim": 8}  # sizes unless given


def circuit_options(options: dict[str, Any]) -> dict[str, Any]:
    """What an oracle is made of, from the plan options; a choice left open is the plain one."""
    from qattention.compiler.oracle import plan_loader
    from qattention.plan import Plan, PlanOptions
    from qattention.plan.loader_names import BLOCKED

    plan = PlanOptions(**given(options, *PLAN_FIELDS))
    name: Any = {"auto": "qroam" if plan.block_size else "qrom"}.get(plan.loader, plan.loader)
    if name in BLOCKED and plan.block_size is None:
        raise SpecError(bad("block_size", None, f"given with --loader {name}: keys looked up at once"))
    return {
        "padded": plan.padding == "on",
        "loader": plan_loader(Plan(loader=name, block_size=plan.block_size, unload_block=plan.unload_block)),
        "form": Plan().inner_product if plan.inner_product == "auto" else plan.inner_product,
    }


@attrs.frozen(kw_only=True)
class HeadOracle:
    """The oracle of a head's rows: what to call it, and where its integers come from, a line a fact."""

    title: str
    facts: tuple[str, ...]
    oracle: HeavyKeyOracle | SharedOracle


def oracle_of_head(name: str, options: dict[str, Any]) -> HeadOracle:
    """The oracle of `row`, or of `rows_per_load` from it on; thresholds are `tau`, or let n_heavy keys in."""
    from qattention.compiler.oracle import load_oracle
    from qattention.export.facts import head_lines
    from qattention.problem import load_head
    from qattention.reference import integer_thresholds, midway_thresholds

    head = load_head(name)
    problem, how = make_problem(options, head), circuit_options(options)
    rows, quantisation = _rows(options, head.n_queries), make_quantisation(options)
    quantised, tau = quantisation.apply(head), options["tau"]
    taus = [tau] * len(rows) if tau is not None else midway_thresholds(head, problem.n_heavy, rows).tolist()
    thresholds = [int(threshold) for threshold in integer_thresholds(quantised, taus, rows)]
    oracle = load_oracle(quantised, rows, thresholds, **how)
    which = f"row {rows[0]}" if len(rows) == 1 else f"rows {rows[0]} to {rows[-1]}"
    return HeadOracle(
        title=f"Oracle of {head.name}, {which}",
        facts=head_lines(quantised, quantisation.quantise, rows, taus),
        oracle=_left_out(oracle, options),
    )


def _rows(options: dict[str, Any], n_queries: int) -> list[int]:
    """`row` and those that share its loads, as many as there are."""
    from qattention.plan import PlanOptions

    first, together = options["row"] or 0, PlanOptions(**given(options, *PLAN_FIELDS)).n_rows_per_load
    if not 0 <= first < n_queries:
        raise SpecError(bad("row", first, f"0..{n_queries - 1}"))
    if together is None:
        raise SpecError(bad("rows_per_load", options["rows_per_load"], "a number: one circuit is asked for"))
    return list(range(first, min(first + together, n_queries)))


def random_oracle(options: dict[str, Any], seed: int) -> tuple[str, HeavyKeyOracle]:
    """Uniform keys and query; the threshold is the n_heavy-th largest inner product."""
    import numpy as np

    from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
    from qattention.bloqs.key_table import KeyTable
    from qattention.problem import check_countable

    rules = {"row": "absent without HEAD", "tau": "absent without HEAD: use --n-heavy"}
    if options["rows_per_load"] != "1":
        rules["rows_per_load"] = "absent, or 1, without HEAD"
    _refuse(options, rules)
    refuse_quantisation(options)
    sizes = {**RANDOM, **given(options, "n_tokens", "n_keys", "head_dim"), "n_queries": 1}
    problem = make_problem({**options, **sizes})
    how = circuit_options(options)
    n, d, b = problem.n_keys, problem.head_dim, problem.key_bits
    check_countable(problem)
    if n * d > MAX_COMPONENTS:
        raise SpecError(
            bad("n_keys", n, f"at most {MAX_COMPONENTS // d} (2**24 components in all) to be run")
        )
    rng = np.random.default_rng(seed)
    keys = _words(rng, (n, d), b)
    weights = tuple(_words(rng, (d,), problem.query_bits).tolist())
    sums = sorted(keys.astype(object) @ np.array(weights, dtype=object), reverse=True)
    oracle = HeavyKeyOracle(KeyTable.from_values(keys, b), weights, int(sums[problem.n_heavy - 1]), **how)
    return f"Oracle of {n} random keys of {d} × {b} bits", _excluding(oracle, options)


def _left_out(
    oracle: HeavyKeyOracle | SharedOracle, options: dict[str, Any]
) -> HeavyKeyOracle | SharedOracle:
    from qattention.bloqs.shared_oracle import SharedOracle

    if isinstance(oracle, SharedOracle):
        return attrs.evolve(oracle, base=_excluding(oracle.base, options))
    return _excluding(oracle, options)


def _excluding(oracle: HeavyKeyOracle, options: dict[str, Any]) -> HeavyKeyOracle:
    """With the keys of `exclude` left out in the way of `exclusion`; padding too where there is no fix-up."""
    excluded, n_keys = options["exclude"] or (), int(oracle.table.n_keys)
    if excluded and excluded[-1] >= n_keys:
        raise SpecError(bad("exclude", excluded[-1], f"addresses of keys, 0..{n_keys - 1}"))
    left = oracle.loader.exclusions(oracle.padded)
    how = options["exclusion"] or (left[0] if excluded or oracle.padded else "fix-up")
    if how not in left and (excluded or oracle.padded):
        raise SpecError(bad("exclusion", how, f"{' or '.join(left)} with --loader {oracle.loader}"))
    return attrs.evolve(oracle, excluded=excluded, exclusion=how)


def _words(rng: Any, shape: tuple[int, ...], bits: int) -> Any:
    """Uniform signed integers of `bits` bits."""
    import numpy as np

    half = 1 << (bits - 1)
    return rng.integers(-half, half - 1, endpoint=True, size=shape, dtype=np.int64)


def _refuse(options: dict[str, Any], allowed: dict[str, str]) -> None:
    problems = [bad(name, options[name], rule) for name, rule in allowed.items() if options[name] is not None]
    if problems:
        raise SpecError(problems)
