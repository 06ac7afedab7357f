"""A question and a plan become a bloq tree."""

from qattention.compiler.costs import BloqCounts, bloq_counts
from qattention.compiler.oracle import load_oracle, row_oracle
from qattention.compiler.parts import Part, breakdown, find_part
from qattention.compiler.program import (
    Program,
    RowBucket,
    compile_plan,
    compile_question,
    rows_oracle,
    typical_oracle,
)
from qattention.compiler.question import Question, ask
from qattention.compiler.rows import HeadConstants, head_constants, problem_rows

__all__ = [
    "BloqCounts",
    "HeadConstants",
    "Part",
    "Program",
    "Question",
    "RowBucket",
    "ask",
    "bloq_counts",
    "breakdown",
    "compile_plan",
    "compile_question",
    "find_part",
    "head_constants",
    "load_oracle",
    "problem_rows",
    "row_oracle",
    "rows_oracle",
    "typical_oracle",
]
