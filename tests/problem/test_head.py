"""`AttentionHead`: checked, copied, read-only."""

import numpy as np
import pytest

from qattention.errors import SpecError
from qattention.problem import AttentionHead

Q, K, V = np.ones((3, 2)), np.ones((4, 2)), np.ones((4, 5))


def test_arrays_are_private_float64():
    q = np.ones((3, 2), dtype=np.float32)
    head = AttentionHead(q=q, k=[[1, 2], [3, 4]], v=np.ones((2, 1), dtype=np.uint8))
    q[:] = 7
    assert (head.q == 1).all()
    assert head.q.dtype == head.k.dtype == head.v.dtype == np.float64
    assert (head.n_queries, head.n_keys, head.head_dim, head.v_dim) == (3, 2, 2, 1)
    with pytest.raises(ValueError, match="read-only"):
        head.k[0, 0] = 1
    assert q.flags.writeable


def change(array, value):
    changed = array.astype(np.asarray(value).dtype)
    changed[1, 0] = value
    return changed


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        ({"q": change(Q, np.nan)}, ["`q`: got nan; must be finite"]),
        ({"k": change(K, -np.inf)}, ["`k`: got -inf; must be finite"]),
        ({"v": change(V, 1e101)}, ["`v`: got 1e+101; must be finite and at most 1e+30"]),
        ({"q": change(Q, np.longdouble("1e4000"))}, ["`q`: got inf; must be finite"]),
        ({"q": Q.astype(complex)}, ["`q`: got 'dtype complex128'; must be real"]),
        ({"q": Q.astype(bool)}, ["`q`: got 'dtype bool'; must be real"]),
        ({"q": Q.astype(str)}, ["`q`: got 'dtype <U32'; must be real"]),
        ({"q": Q.astype(object)}, ["`q`: got 'dtype object'; must be real"]),
        ({"q": [[1, 2], [3]]}, ["`q`: got 'dtype object'; must be real"]),
        ({"q": Q[0]}, ["`q`: got 'shape (2,)'; must be two-dimensional"]),
        ({"q": Q[None]}, ["`q`: got 'shape (1, 3, 2)'; must be two-dimensional"]),
        ({"q": Q[:0]}, ["`q`: got 'shape (0, 2)'; must be two-dimensional, with at least 1 row"]),
        ({"v": V[:, :0]}, ["`v`: got 'shape (4, 0)'; must be two-dimensional, with at least 1 row"]),
        ({"k": np.ones((4, 3))}, ["`k`: got 'shape (4, 3)'; must be shape (n_keys, 2)"]),
        ({"v": np.ones((3, 5))}, ["`v`: got 'shape (3, 5)'; must be shape (4, d_v)"]),
        ({"scale": 0.0}, ["`scale`: got 0.0; must be a finite number above 0"]),
        ({"scale": -1.0}, ["`scale`: got -1.0; must be a finite number above 0"]),
        ({"scale": np.nan}, ["`scale`: got nan; must be a finite number above 0"]),
        ({"scale": True}, ["`scale`: got True; must be a finite number above 0"]),
        ({"scale": "1"}, ["`scale`: got '1'; must be a finite number above 0"]),
        ({"causal": 1}, ["`causal`: got 1; must be true or false"]),
        ({"causal": True, "q": np.ones((5, 2))}, ["`q`: got '5 rows'; must be at most 4"]),
        (
            {"q": Q[0], "k": change(K, np.nan), "scale": 0},
            ["`q`: got 'shape (2,)'", "`k`: got nan", "`scale`"],
        ),
    ],
)
def test_refused(fields, lines):
    with pytest.raises(SpecError) as caught:
        AttentionHead(**{"q": Q, "k": K, "v": V, **fields})
    assert len(caught.value.problems) == len(lines)
    for problem, line in zip(caught.value.problems, lines, strict=True):
        assert problem.startswith(line)


def test_the_position_of_a_bad_entry_is_told():
    with pytest.raises(SpecError, match="row 1, column 0"):
        AttentionHead(q=change(Q, np.nan), k=K, v=V)
