"""Studies: a question in a TOML file, the points that answer it, and running them where there is room."""

from qattention.estimates.studies.points import Point, study_points
from qattention.estimates.studies.results import StudyResult, check_paths, study_result
from qattention.estimates.studies.solve import Solved, solve_study
from qattention.estimates.studies.spec import Study, read_study
from qattention.estimates.studies.sweep import PointStore, run_points

__all__ = [
    "Point",
    "PointStore",
    "Solved",
    "Study",
    "StudyResult",
    "check_paths",
    "read_study",
    "run_points",
    "solve_study",
    "study_points",
    "study_result",
]
