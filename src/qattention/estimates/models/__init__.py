"""The bill of a whole language model: a prompt, and a token generated after it."""

from qattention.estimates.models.bill import decode_problem, model_bill, prefill_problem
from qattention.estimates.models.config import ModelSizes, read_model
from qattention.estimates.models.model import ModelBill, PhaseBill

__all__ = [
    "ModelBill",
    "ModelSizes",
    "PhaseBill",
    "decode_problem",
    "model_bill",
    "prefill_problem",
    "read_model",
]
