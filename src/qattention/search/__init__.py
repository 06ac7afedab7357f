"""Find-all searches: schedules, their costs and their failure probabilities."""

from qattention.search.actions import Action, Done, Exact, FixedPoint, Grover, Polynomial
from qattention.search.family import (
    DEFAULT_SCHEDULE,
    EXACT_SCHEDULE,
    SCHEDULES,
    TEXTBOOK_SCHEDULE,
    make_schedule,
    make_wary,
    schedule_kind,
    schedule_names,
)
from qattention.search.kind import ScheduleKind
from qattention.search.schedule import Episode, Schedule, SearchCost
from qattention.search.simulate import TrialStatistics, simulate_schedule
from qattention.search.thresholds import FoundThresholds, found_thresholds

__all__ = [
    "DEFAULT_SCHEDULE",
    "EXACT_SCHEDULE",
    "SCHEDULES",
    "TEXTBOOK_SCHEDULE",
    "Action",
    "Done",
    "Episode",
    "Exact",
    "FixedPoint",
    "FoundThresholds",
    "Grover",
    "Polynomial",
    "Schedule",
    "ScheduleKind",
    "SearchCost",
    "TrialStatistics",
    "found_thresholds",
    "make_schedule",
    "make_wary",
    "schedule_kind",
    "schedule_names",
    "simulate_schedule",
]
