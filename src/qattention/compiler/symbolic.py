"""`symbolic_tree`: the bloq tree of a plan whose sizes are symbols, so that it is costed at any of them."""

from __future__ import annotations

import attrs
import sympy
from sympy import Expr

from qattention.bloqs.costliest_sum import UnknownWeights
from qattention.bloqs.heavy_key_oracle import HeavyKeyOracle
from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.sparse_attention import FindHeavyKeys, SparseAttention
from qattention.circuit import LOADERS
from qattention.errors import SpecError, bad
from qattention.plan import Plan
from qattention.problem import AttentionProblem
from qattention.search import schedule_kind

n, d, b, k, q = sympy.symbols("n d b k q", positive=True, integer=True)
SAVED = sympy.Symbol("sum_saving", nonnegative=True, integer=True)
ITERATIONS = sympy.Symbol("iterations_per_row", positive=True)
RUNS = sympy.Symbol("runs_per_row", positive=True)
MEANINGS = {
    "n": "keys a row sees",
    "d": "head dimension",
    "b": "bits of a key's component",
    "k": "heavy keys a row",
    "q": "bits of a query's component",
    "sum_saving": "And's by which a row's inner product is cheaper than the costliest weights'; 0 is a bound",
    "iterations_per_row": "mean iterations of a row, finding and certificate",
    "runs_per_row": "mean start states prepared and read out, a row",
}


@attrs.frozen(kw_only=True, eq=False)
class SymbolicTree:
    """A plan for sizes that are symbols.

    Attributes:
        bloq: the whole. matched: (iterations with phases of their own, rotations among these) in all: the
            last ones of runs that cannot miss.
    """

    bloq: SparseAttention
    matched: tuple[Expr, Expr]

    @property
    def oracle(self) -> HeavyKeyOracle:
        """Of a row."""
        oracle: HeavyKeyOracle = self.bloq.rows[0][0].oracle
        return oracle


def symbolic_tree(problem: AttentionProblem, plan: Plan) -> SymbolicTree:
    """The plan's circuit with n, d, b, q and k as symbols; rows that are as many as the keys are n too.

    A search whose runs cannot miss while exactly k keys are marked has a length: the sum over t = 1 .. k of
    ceil(pi / (4 asin sqrt(t / N)) - 1/2) (quant-ph/0005055). The means of others are numbers, and enter.

    Raises:
        SpecError: rows see unlike keys, share loads, or the loader's counts are not written in symbols.
    """
    circuit = plan.circuit
    problems = []
    if problem.causal:
        problems.append(bad("causal", True, "False: symbols are of rows that see the same keys"))
    if circuit.rows_per_load > 1:
        problems.append(bad("rows_per_load", circuit.rows_per_load, "1 where sizes are symbols"))
    if not circuit.loader.in_symbols:
        able = " or ".join(name for name, kind in LOADERS.items() if kind.in_symbols)
        problems.append(bad("loader", circuit.loader.name, f"{able} where sizes are symbols"))
    if problem.has_free:
        kept = {name: getattr(problem, name) for name in ("keep_window", "keep_first")}
        problems += [bad(name, n, "0 where sizes are symbols") for name, n in kept.items() if n]
    if problems:
        raise SpecError(problems)
    table, weights = (
        KeyTable(n_keys=n, head_dim=d, key_bits=b),
        UnknownWeights(n_weights=d, query_bits=q, saved=SAVED),
    )
    oracle = HeavyKeyOracle(table, weights, 1, circuit=circuit)
    rows = n if problem.n_queries == problem.n_keys else problem.n_queries
    kind = schedule_kind(plan.search)
    iterations, runs = (_exact(oracle), k) if kind.has_matched_steps else (ITERATIONS, RUNS)
    find = FindHeavyKeys(oracle, ((iterations, 1), (0, runs - 1)))
    phased, rotations = _own_phases(oracle) if kind.has_matched_steps else (sympy.Integer(0),) * 2
    return SymbolicTree(bloq=SparseAttention(((find, rows),)), matched=(rows * phased, rows * rotations))


def _own_phases(oracle: HeavyKeyOracle) -> tuple[Expr, Expr]:
    """Of k runs (`search.phases.own_phases_of_all`)."""
    items = oracle.n_items

    def passed(ratio: int) -> Expr:
        """1 where a run has a whole number of items / ratio left."""
        is_whole = 1 - sympy.ceiling(items / ratio) + sympy.floor(items / ratio)
        return is_whole * sympy.Min(1, sympy.floor(ratio * k / items))

    usual = k - passed(1) - passed(4)
    return usual, 2 * usual - 2 * passed(2) - passed(8)


def _exact(oracle: HeavyKeyOracle) -> Expr:
    t = sympy.Symbol("t", positive=True, integer=True)
    theta = sympy.asin(sympy.sqrt(t / oracle.n_items))
    return sympy.Sum(sympy.ceiling(sympy.pi / (4 * theta) - sympy.Rational(1, 2)), (t, 1, k))
