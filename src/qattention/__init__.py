"""A quantum resource estimation compiler for Grover-search sparse attention (arXiv:2307.08045).

    import qattention as qa

    estimate = qa.estimate("minilm-code")            # or n_tokens=2**20, head_dim=128, n_heavy=16
    estimate.logical.expected.toffoli, estimate.logical.qubits
    qa.verify("minilm-code").is_right                # proves the circuit that is costed

The verbs are those of the command, with the same names, options, defaults and numbers. `__all__` is what
stays; everything else may change. Nothing is imported before it is used.
"""

import sys
from functools import cache
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from qattention.lazily import lazily
from qattention.version import __version__

if TYPE_CHECKING:
    from qattention.api.claiming import ClaimsReport, claims
    from qattention.api.comparing import CompareReport, ExploreReport, compare, explore
    from qattention.api.drawing import Diagram, diagram
    from qattention.api.estimating import (
        Estimate,
        JoinEstimate,
        ModelBill,
        estimate,
        plan,
        program,
        read_estimate,
    )
    from qattention.api.exponents import ScalingReport, scaling
    from qattention.api.heads import Head, InspectReport, inspect, load_head, samples
    from qattention.api.machines import PhysicalDocument, physical
    from qattention.api.proving import VerifyReport, gates, oracle, verify
    from qattention.api.running import HeadRun, JoinHeadRun, run
    from qattention.api.searching import SearchReport, search
    from qattention.api.studying import DiffReport, StudyRun, diff, study
    from qattention.api.writing import export
    from qattention.errors import CheckFailed, InfeasibleError, QAttentionError, SpecError
else:
    _offered = lazily(
        __name__,
        {
            "api.claiming": "ClaimsReport claims",
            "api.comparing": "CompareReport ExploreReport compare explore",
            "api.exponents": "ScalingReport scaling",
            "api.drawing": "Diagram diagram",
            "api.estimating": "Estimate JoinEstimate ModelBill estimate plan program read_estimate",
            "api.heads": "Head InspectReport inspect load_head samples",
            "api.machines": "PhysicalDocument physical",
            "api.proving": "VerifyReport gates oracle verify",
            "api.running": "HeadRun JoinHeadRun run",
            "api.searching": "SearchReport search",
            "api.studying": "DiffReport StudyRun diff study",
            "api.writing": "export",
            "errors": "CheckFailed InfeasibleError QAttentionError SpecError",
        },
    )

    class _Package(ModuleType):
        """Some verbs are called as the packages beside them are: here the verb's name is the verb.

        The import system sets a package's submodules as its attributes; modules are still found by their
        full names (`from qattention.search import ...`).
        """

        def __getattribute__(self, name: str) -> Any:
            return _verb(name) if name in _HIDDEN else super().__getattribute__(name)

        def __getattr__(self, name: str) -> Any:
            return _verb(name)

        def __dir__(self) -> list[str]:
            return sorted({*super().__dir__(), *__all__})

    @cache
    def _verb(name: str) -> Any:
        found = _offered(name)
        if not isinstance(found, FunctionType):
            return found
        from qattention.api.spelling import python_errors

        return python_errors(found)

    _HIDDEN = frozenset({"claims", "export", "plan", "search"})
    sys.modules[__name__].__class__ = _Package

__all__ = [
    "CheckFailed",
    "ClaimsReport",
    "CompareReport",
    "Diagram",
    "DiffReport",
    "Estimate",
    "ExploreReport",
    "Head",
    "HeadRun",
    "InfeasibleError",
    "InspectReport",
    "JoinEstimate",
    "JoinHeadRun",
    "ModelBill",
    "PhysicalDocument",
    "QAttentionError",
    "ScalingReport",
    "SearchReport",
    "SpecError",
    "StudyRun",
    "VerifyReport",
    "__version__",
    "claims",
    "compare",
    "diagram",
    "diff",
    "estimate",
    "explore",
    "export",
    "gates",
    "inspect",
    "load_head",
    "oracle",
    "physical",
    "plan",
    "program",
    "read_estimate",
    "run",
    "samples",
    "scaling",
    "search",
    "study",
    "verify",
]
