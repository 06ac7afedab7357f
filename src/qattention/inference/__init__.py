"""Algorithm 2 as users run it: sparse plus rank one inference on plain arrays, O(n k d) (Theorem 6.1)."""

from qattention.inference.infer import infer, infer_head, inference_flops
from qattention.inference.packed import PackedSets, pack
from qattention.inference.sums import KeySums

__all__ = ["KeySums", "PackedSets", "infer", "infer_head", "inference_flops", "pack"]
