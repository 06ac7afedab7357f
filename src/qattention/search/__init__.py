"""Find-all searches: schedules, their costs and their failure probabilities."""

from qattention.search.actions import Action, Done, Exact, FixedPoint, Grover, Polynomial
from qattention.search.registry import has_matched_steps, make_schedule, make_wary, schedule_names
from qattention.search.schedule import Episode, Schedule, SearchCost
from qattention.search.simulate import TrialStatistics, simulate_schedule

__all__ = [
    "Action",
    "Done",
    "Episode",
    "Exact",
    "FixedPoint",
    "Grover",
    "Polynomial",
    "Schedule",
    "SearchCost",
    "TrialStatistics",
    "has_matched_steps",
    "make_schedule",
    "make_wary",
    "schedule_names",
    "simulate_schedule",
]
