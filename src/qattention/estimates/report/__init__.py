"""The report of an estimate: what was found, with the numbers that explain it, and what it rests on."""

from qattention.estimates.report.build import report
from qattention.estimates.report.values import Report, ReportEntry, ReportGroup, duration, told

__all__ = ["Report", "ReportEntry", "ReportGroup", "duration", "report", "told"]
