"""The machines that --physical and --machine ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qattention.errors import SpecError, bad

if TYPE_CHECKING:
    from qattention.estimates import Estimate
    from qattention.estimates.physical import Machine
    from qattention.plan import PlanOptions
    from qattention.plan.choose import Price


def asked_machines(options: dict[str, Any]) -> tuple[Machine, ...] | None:
    """The machines asked for, read before anything is computed; None for those that can be built.

    Raises:
        SpecError: no such machine, or one with --no-physical.
    """
    if options["physical"] is False or not options["machine"]:
        if options["machine"]:
            raise SpecError(bad("machine", options["machine"][0], "absent with --no-physical"))
        return None
    from qattention.estimates.physical import chosen_machines

    return chosen_machines(options["machine"])


def physical_price_of(options: dict[str, Any], asked: PlanOptions) -> Price | None:
    """What `--minimize physical` prices plans by: the first machine with gates; None for other objectives.

    Raises:
        SpecError: no machine asked for has gates.
    """
    if asked.minimize != "physical":
        return None
    from qattention.estimates.price import plan_price

    machines = asked_machines(options) if options.get("machine") else None
    return plan_price(machines, options.get("machine_p_fail"))


def with_machines(
    result: Estimate, options: dict[str, Any], machines: tuple[Machine, ...] | None
) -> Estimate:
    """The estimate with machines, unless --no-physical.

    Raises:
        InfeasibleError: machines were asked for, and none can be built.
    """
    from qattention.estimates import with_physical

    asked: bool | None = options["physical"]
    if asked is False:
        return result
    required = asked is True or machines is not None
    return with_physical(result, options["machine_p_fail"], required=required, machines=machines)
