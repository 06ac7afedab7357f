"""Libraries that are put off: not run by importing Qualtran, and themselves once they are used."""

import json
import os
import subprocess
import sys
from typing import Any

CHILD = """
import json, sys
from qattention import put_off
put_off.put_off()
import qualtran.drawing
told = {"put off": sorted(n for n, m in sys.modules.items() if type(m) is put_off._PutOff and "." not in n)}
from networkx import DiGraph
from pandas import DataFrame
from scipy.linalg import cossin
import scipy.sparse

told["named"] = [type(named).__name__ for named in (DiGraph, DataFrame, cossin)]
told["before"] = isinstance({}, DataFrame)
frame = DataFrame({"a": [1, 2]})
told["sum"] = int(frame.a.sum())
told["instance"] = isinstance(frame, DataFrame)
told["looked into"] = DataFrame.from_dict({"a": [5]}).shape
class Own(DiGraph):
    pass
told["bases"] = [base.__module__ for base in Own.__bases__]
told["shape"] = cossin([[1.0, 0.0], [0.0, 1.0]], p=1, q=1)[0].shape
told["sparse"] = scipy.sparse.csr_matrix([[0, 3]]).nnz
told["version"] = __import__("matplotlib").__version__.count(".")
try:
    import pandas
    pandas.no_such_name
except AttributeError as error:
    told["error"] = str(error)
told["run"] = [type(sys.modules[name]).__name__ for name in ("pandas", "networkx", "scipy.linalg")]
print(json.dumps(told))
"""


KERNELS = """
import json, sys
from qattention import put_off
put_off.put_off()
import numba

@numba.njit
def total(values):
    return values.sum()

import numpy as np
told = {"sum": float(total(np.arange(4.0))), "asked": "scipy" in sys.modules}
from scipy.linalg import det
told["det"] = float(det([[2.0, 0.0], [0.0, 3.0]]))
print(json.dumps(told))
"""


def told_by(script: str) -> dict[str, Any]:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_kernels_are_compiled_without_scipy_which_is_there_when_it_is_used() -> None:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", KERNELS], env=env, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {"sum": 6.0, "asked": False, "det": 6.0}


def test_what_is_put_off_is_itself_once_it_is_used() -> None:
    told = told_by(CHILD)
    assert {"pandas", "matplotlib", "IPython", "scipy", "networkx"} <= set(told.pop("put off"))
    assert told == {
        "named": ["_Named"] * 3,
        "before": False,
        "sum": 3,
        "instance": True,
        "looked into": [1, 1],
        "bases": ["networkx.classes.digraph"],
        "shape": [2, 2],
        "sparse": 1,
        "version": 2,
        "error": "module 'pandas' has no attribute 'no_such_name'",
        "run": ["module"] * 3,
    }
