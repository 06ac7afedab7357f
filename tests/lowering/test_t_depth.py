"""T depth of look-up and unload: the gates' schedule against the closed form, over the grid's sizes."""

import numpy as np
import pytest

from qattention.bloqs.key_table import KeyTable
from qattention.bloqs.one_hot import OneHot
from qattention.bloqs.qrom_load import QROMLoad
from qattention.formulas.t_depth import measured_unload_t_depth, one_hot_t_depth, qrom_load_t_depth
from qattention.lowering.lower import lower
from qattention.lowering.schedule import schedule


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("n_keys", [1, 2, 3, 5, 9, 16, 31, 37, 100, 256])
def test_load_and_unload(n_keys, padded):
    keys = np.random.default_rng(n_keys).integers(-4, 4, (n_keys, 2))
    load = QROMLoad(KeyTable.from_values(keys, 3), padded)
    depths = [schedule(lower(bloq)).t_depth for bloq in (load, load.adjoint())]
    assert depths == [qrom_load_t_depth(n_keys, padded), measured_unload_t_depth(n_keys, padded)]


@pytest.mark.parametrize("n_bits", range(1, 8))
def test_one_hot(n_bits):
    assert schedule(lower(OneHot(n_bits))).t_depth == one_hot_t_depth(n_bits)
