"""`Quantisation`: how a head becomes integers, the options of the command."""

from __future__ import annotations

from typing import Literal, get_args

import attrs

from qattention.errors import SpecError, bad
from qattention.options import option
from qattention.problem import AttentionHead
from qattention.reference.quantised import QuantisedHead, quantise_head, with_margin
from qattention.reference.rotated import LOGIT_BUDGET, check_settings, rotate_head

Method = Literal["plain", "rotated"]
METHODS: tuple[Method, ...] = get_args(Method)
GROUP = "Words"
PLAIN_BITS = 8
ROTATED_MARGIN = 2.0


@attrs.frozen(kw_only=True)
class Quantisation:
    """The choices, None where the method has no such choice or its default is meant.

    Attributes:
        quantise: "plain" (one step a tensor) or "rotated" (`rotate_head`).
        key_bits, query_bits: of plain words; 8.
        center_keys, balance_channels: preparations of plain words; rotated keys are always centred.
        logit_budget: of a rotated head: error as a share of a row's logit spread; 0.2.
        logit_margin: by how many standard deviations of its logit error a row's threshold is lowered; 0 for
            plain words, 2 for rotated ones.
    Raises:
        SpecError: an unknown method, or a choice that the method does not have.
    """

    quantise: Method = option(
        "Words of one width, or the joint eigenbasis of Q and K.",
        default="plain",
        choices=METHODS,
        group=GROUP,
    )
    key_bits: int | None = None
    query_bits: int | None = None
    center_keys: bool = option(
        "Subtract the mean key first; softmax is unchanged.", default=False, group=GROUP
    )
    balance_channels: bool = False
    logit_budget: float | None = option(
        "Logit error of a rotated head, as a share of a row's logit spread.", group=GROUP, told="0.2"
    )
    logit_margin: float | None = option(
        "Standard deviations of its logit error by which a row's threshold is lowered.",
        group=GROUP,
        told="2 if rotated, else 0",
    )

    def __attrs_post_init__(self) -> None:
        if self.quantise not in METHODS:
            raise SpecError(bad("quantise", self.quantise, " or ".join(METHODS)))
        names, rule = {
            "plain": (("logit_budget",), "absent: key_bits and query_bits decide the widths"),
            "rotated": (("key_bits", "query_bits"), "absent: logit_budget decides the widths"),
        }[self.quantise]
        given = {name: getattr(self, name) for name in names}
        problems = [bad(name, value, rule) for name, value in given.items() if value is not None]
        if problems:
            raise SpecError(problems)
        check_settings(self.budget, self.margin)

    @property
    def budget(self) -> float:
        """The logit budget of a rotated head."""
        return LOGIT_BUDGET if self.logit_budget is None else self.logit_budget

    @property
    def margin(self) -> float:
        """Standard deviations of its logit error by which a row's threshold is lowered."""
        default = ROTATED_MARGIN if self.quantise == "rotated" else 0.0
        return default if self.logit_margin is None else self.logit_margin

    def apply(self, head: AttentionHead) -> QuantisedHead:
        """The head in integers."""
        if self.quantise == "rotated":
            return rotate_head(head, self.budget, self.margin)
        key_bits, query_bits = (PLAIN_BITS if b is None else b for b in (self.key_bits, self.query_bits))
        plain = quantise_head(head, key_bits, query_bits, self.center_keys, self.balance_channels)
        return with_margin(plain, self.margin) if self.margin else plain
