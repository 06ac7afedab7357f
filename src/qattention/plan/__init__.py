"""How a problem is solved: options, the choice of a plan, its failure budget and its closed-form costs."""

from qattention.plan.budget import FailureBudget
from qattention.plan.choose import choose_plan
from qattention.plan.hardware import HardwareMemory
from qattention.plan.options import PlanOptions
from qattention.plan.plan import Plan
from qattention.plan.rows import RowGroups, typical_rows
from qattention.plan.totals import PlanTotals, plan_totals

__all__ = [
    "FailureBudget",
    "HardwareMemory",
    "Plan",
    "PlanOptions",
    "PlanTotals",
    "RowGroups",
    "choose_plan",
    "plan_totals",
    "typical_rows",
]
