"""The oracle that `verify` and `export` are asked for: of a head's row, or of random keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

MAX_COMPONENTS = 2**24  # n d of a table that is made up: a few minutes of simulation
RANDOM = {"n_keys": 64, "head_dim": 8}  # sizes unless given


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


def oracle_of_head(name: str, options: dict[str, Any]) -> tuple[str, HeavyKeyOracle]:
    """The oracle of `row`, and what to call it; the threshold is `tau`, or lets n_heavy keys in."""
    from qattention.compiler.oracle import row_oracle
    from qattention.problem import load_head
    from qattention.reference import integer_thresholds, midway_thresholds

    head = load_head(name)
    problem, how = make_problem(options, head), circuit_options(options)
    row = options["row"] or 0
    if not 0 <= row < head.n_queries:
        raise SpecError(bad("row", row, f"0..{head.n_queries - 1}"))
    quantised = make_quantisation(options).apply(head)
    tau = options["tau"]
    if tau is None:
        tau = midway_thresholds(head, problem.n_heavy, [row])
    threshold = int(integer_thresholds(quantised, tau, [row])[0])
    oracle = row_oracle(quantised, row, threshold, **how)
    return f"Oracle of {head.name}, row {row}", _excluding(oracle, options)


def random_oracle(options: dict[str, Any], seed: int) -> tuple[str, HeavyKeyOracle]:
    """Uniform keys and query; the threshold is the n_heavy-th largest inner product."""
    import numpy as np

    from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
    from qattention.bloqs.key_table import KeyTable

    _refuse(options, {"row": "absent without HEAD", "tau": "absent without HEAD: use --n-heavy"})
    refuse_quantisation(options)
    sizes = {**RANDOM, **given(options, "n_keys", "head_dim")}
    problem = make_problem({**options, **sizes, "n_queries": sizes["n_keys"]})
    how = circuit_options(options)
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
        KeyTable.from_values(keys, b), weights, int(sums[problem.n_heavy - 1]), **how
    )
    return f"Oracle of {n} random keys of {d} × {b} bits", _excluding(oracle, options)


def _excluding(oracle: HeavyKeyOracle, options: dict[str, Any]) -> HeavyKeyOracle:
    """With the keys of `exclude` left out in the way of `exclusion`; padding too where there is no fix-up."""
    import attrs

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
