"""The bill of a whole language model: a prompt, and a token generated after it."""

from qattention.estimates.models.bill import model_bill
from qattention.estimates.models.config import read_model
from qattention.estimates.models.kinds import LayerKind, ModelSizes
from qattention.estimates.models.parts import BilledPart, prompt_parts, token_parts
from qattention.estimates.models.result import ModelBill, PartBill, PhaseBill

__all__ = [
    "BilledPart",
    "LayerKind",
    "ModelBill",
    "ModelSizes",
    "PartBill",
    "PhaseBill",
    "model_bill",
    "prompt_parts",
    "read_model",
    "token_parts",
]
