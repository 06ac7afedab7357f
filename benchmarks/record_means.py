"""Write down the means that default options on powers of two ask for: `src/qattention/search/recorded.json`.

    PYTHONPATH=src python benchmarks/record_means.py

To be run after any change to a schedule that moves its means: some minutes. The sizes are those of `estimate`
without other options, n_tokens = 2**4 .. 2**40 and as many keys promised as HEAVY says.
"""

import json

import attrs

from qattention.estimates.request import Request
from qattention.search import measured, recorded

LOG_TOKENS, HEAVY = range(4, 41), (1, 4, 8, 16, 32, 64)


def main() -> None:
    recorded.table.cache_clear()
    recorded.PATH.write_text("{}", encoding="utf-8")
    found: dict[str, list[float]] = {}
    simulated = measured.MeasuredSchedule.expected

    def noted(self, n_marked, share=1.0):  # type: ignore[no-untyped-def]
        cost = simulated(self, n_marked, share)
        if n_marked <= measured.N_SIMULATED:
            key = recorded.question(self, n_marked, self._share(n_marked, share))
            found[key] = list(attrs.astuple(cost))
        return cost

    measured.MeasuredSchedule.expected = noted  # type: ignore[method-assign]
    for power in LOG_TOKENS:
        for heavy in (k for k in HEAVY if 2 * k <= 2**power):
            Request.of(n_tokens=2**power, head_dim=4, n_heavy=heavy).totals  # noqa: B018  # asks for them
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(found[key])}" for key in sorted(found))
    recorded.PATH.write_text("{\n" + lines + "\n}\n", encoding="utf-8")
    print(f"{len(found)} means")


if __name__ == "__main__":
    main()
