"""The paper's error theorems as functions that measure, instances that reach them, and its reduction."""

from qattention.theorems.adversaries import ADVERSARIES, adversary
from qattention.theorems.checked import Checked
from qattention.theorems.instances import GoodInstance, good_instance
from qattention.theorems.max_ip import Call, MaxInnerProduct, max_inner_product
from qattention.theorems.perturbation import error_theorems, gap_eta, spread_theorem

__all__ = [
    "ADVERSARIES",
    "Call",
    "Checked",
    "GoodInstance",
    "MaxInnerProduct",
    "adversary",
    "error_theorems",
    "gap_eta",
    "good_instance",
    "max_inner_product",
    "spread_theorem",
]
