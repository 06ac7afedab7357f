"""Records of the bloqs that read a key from cells of a memory: a brigade's, or a device's.

Apart from `records`, which lists all families, because a bloq is described, built and costed in one place
and one family's bloqs fill a page.
"""

from __future__ import annotations

from qattention import bloqs, formulas
from qattention.catalogue.record import BloqRecord
from qattention.catalogue.shared import NEEDS_DATA, TINY, TRUNCATED, key_table

BUCKET_BRIGADE = "Di Matteo, Gheorghiu and Mosca, arXiv:1902.01329 (bucket brigade, serial and parallel)"
DEVICE = "Jaques and Rattew, arXiv:2305.10310 (what assuming a memory device assumes)"

MEMORIES: tuple[BloqRecord, ...] = (
    BloqRecord(
        slug="bucket_brigade_load",
        title="BucketBrigadeLoad",
        module="qattention.bloqs.bucket_brigade_load",
        summary="Open a path to one of n memory cells and read it, cell by cell or all at once.",
        action="|j⟩ → |j⟩|k_j⟩|tree_j⟩",
        cost="(n − 2) + n w, w = d b; with `padded` one more for each 0 below the top bit of n − 1",
        sizes=(
            *TINY,
            {"n": 3, "d": 1, "b": 1},
            {"n": 11, "d": 1, "b": 2},
            {"n": 5, "d": 2, "b": 2, "padded": True},
            {"n": 1, "d": 1, "b": 1, "parallel": True},
            {"n": 3, "d": 1, "b": 1, "parallel": True},
            {"n": 11, "d": 1, "b": 2, "parallel": True},
            {"n": 5, "d": 2, "b": 2, "padded": True, "parallel": True},
        ),
        builder=lambda n, d, b, padded=False, parallel=False: bloqs.BucketBrigadeLoad(
            key_table(n, d, b), padded, parallel
        ),
        formula=lambda bloq: formulas.bucket_brigade_load(
            bloq.table.n_keys, bloq.table.word_bits, bloq.padded, bloq.parallel
        ),
        references=("Giovannetti, Lloyd and Maccone, arXiv:0708.1879", BUCKET_BRIGADE),
        limitations=(
            TRUNCATED,
            NEEDS_DATA,
            "every cell is an active wire: the brigade's resilience to noise is no part of the count",
            "m - 1 layers for the tree only if an address bit may control all And's of a layer (fan-out)",
        ),
    ),
    BloqRecord(
        slug="memory_query",
        title="MemoryQuery",
        module="qattention.bloqs.memory_query",
        summary="One read of a memory device: an opaque operation, no circuit.",
        action="|j⟩ → |j⟩|k_j⟩, or back",
        cost="0: no gates; latency and error are the device's",
        sizes=(*TINY, {"n": 3, "d": 2, "b": 2, "uncompute": True}),
        builder=lambda n, d, b, uncompute=False: bloqs.MemoryQuery(key_table(n, d, b), uncompute),
        formula=lambda bloq: formulas.hardware_load(bloq.table.n_keys, bloq.table.word_bits),
        references=("Giovannetti, Lloyd and Maccone, arXiv:0708.1879", DEVICE),
        skips={
            "decomposition": "atomic: a device's operation, not a circuit of gates",
            "costs": "atomic: it has no gates and no circuit to compare with",
            "classical": "atomic: its action is the only one; the load's check runs it",
            "tensor": "atomic, and a tensor of its own would be its action once more",
        },
        limitations=(
            NEEDS_DATA,
            "an ideal look-up stands for it when gates are run: the device itself is never verified",
            "it cannot be exported as gates",
        ),
    ),
    BloqRecord(
        slug="hardware_load",
        title="HardwareLoad",
        module="qattention.bloqs.hardware_load",
        summary="Read a key from a memory device: one query, no gates.",
        action="|j⟩ → |j⟩|k_j⟩",
        cost="0: one query",
        sizes=(*TINY, {"n": 5, "d": 2, "b": 2, "padded": True}),
        builder=lambda n, d, b, padded=False: bloqs.HardwareLoad(key_table(n, d, b), padded),
        formula=lambda bloq: formulas.hardware_load(bloq.table.n_keys, bloq.table.word_bits),
        references=(DEVICE,),
        skips={"tensor": "its only part is a device's query, which has no tensor"},
        limitations=(NEEDS_DATA, "n w cells in the device, and whatever its owner says of latency and error"),
    ),
    BloqRecord(
        slug="hardware_unload",
        title="HardwareUnload",
        module="qattention.bloqs.hardware_load",
        summary="Give a key back to a memory device: the query once more, nothing measured.",
        action="|j⟩|k_j⟩ → |j⟩",
        cost="0: one query",
        sizes=(*TINY, {"n": 5, "d": 2, "b": 2, "padded": True}),
        builder=lambda n, d, b, padded=False: bloqs.HardwareUnload(
            bloqs.HardwareLoad(key_table(n, d, b), padded)
        ),
        formula=lambda bloq: formulas.hardware_load(bloq.table.n_keys, bloq.table.word_bits),
        references=(DEVICE,),
        skips={"tensor": "its only part is a device's query, which has no tensor"},
        limitations=(NEEDS_DATA, "no fix-up: phases of the address need a live bit, or gates of their own"),
    ),
)
