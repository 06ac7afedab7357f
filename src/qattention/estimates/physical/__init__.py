"""Physical machines: `qdk.qre` and `qualtran.surface_code` side by side on the same logical counts."""

import os

# qdk reports its use over the network unless told not to, and reads this when it is imported.
os.environ.setdefault("QDK_PYTHON_TELEMETRY", "none")

from qattention.estimates.physical.azure import read_logical_counts
from qattention.estimates.physical.beverland import beverland
from qattention.estimates.physical.calibration import CalibrationRow, calibration
from qattention.estimates.physical.counts import CliffordT, LogicalCounts, synthesise
from qattention.estimates.physical.engines import P_FAIL, PhysicalReport, physical_report, qre_front
from qattention.estimates.physical.factors import compare
from qattention.estimates.physical.gidney_fowler import gidney_fowler
from qattention.estimates.physical.machine import MACHINES, NAMED, Machine
from qattention.estimates.physical.machine_file import chosen_machines
from qattention.estimates.physical.price import physical_price
from qattention.estimates.physical.qre_settings import QreSettings

__all__ = [
    "MACHINES",
    "NAMED",
    "P_FAIL",
    "CalibrationRow",
    "CliffordT",
    "LogicalCounts",
    "Machine",
    "PhysicalReport",
    "QreSettings",
    "beverland",
    "calibration",
    "chosen_machines",
    "compare",
    "gidney_fowler",
    "physical_price",
    "physical_report",
    "qre_front",
    "read_logical_counts",
    "synthesise",
]
