"""`claims`: what is claimed of quantum attention, priced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qattention.api.shown import Shown, dressed, flat, plain
from qattention.claims import report as claimed

if TYPE_CHECKING:
    from qattention.api.heads import HeadLike
    from qattention.api.options import Path
    from qattention.render.tables import Table


class ClaimsReport(Shown, claimed.ClaimsReport):
    """What is claimed of quantum attention: see `qattention.claims.ClaimsReport` for the fields."""

    SCHEMA = "claims"

    def answer(self) -> list[str]:
        from qattention.render.answers import claims_answer

        return claims_answer(self)

    def tables(self) -> list[Table]:
        from qattention.render.claims_tables import claims_tables

        return claims_tables(self)

    def assumptions_told(self) -> list[str]:
        from qattention.render.claims_tables import claims_lines

        return claims_lines(self)

    def rows(self) -> list[dict[str, object]]:
        """A row a claim."""
        return [flat(plain(claim)) for claim in self.claims]


def claims(
    head: HeadLike = None,
    *,
    model: Path | None = None,
    n_tokens: int | None = None,
    head_dim: int | None = None,
    n_heavy: int | None = None,
    eps: float | None = None,
) -> ClaimsReport:
    """What is claimed of quantum attention, at a head's, a model's or given sizes: `qattention claims`.

    Every claim is read at its kindest, constants and logarithms 1, in multiply-adds; `docs/claims.md` has the
    papers.

    Args:
        head: a head, a path, or the name of a sample, on which what the claims depend on is measured.
        model: path of a config.json, in place of a head.
        n_tokens, head_dim, n_heavy: n, d and k where neither gives them; k is measured on a head.
        eps: accuracy of a row, where a claim approximates; 0.1 unless given.
    Returns:
        A report with a row a claim: its cost here, that of exact attention, and its verdict by memory.
    Raises:
        SpecError: values out of range, or sizes given twice.
    """
    from qattention.api.heads import asked_head
    from qattention.claims import claims as priced
    from qattention.estimates.models import read_model
    from qattention.outside import read_text

    sizes = {"n_tokens": n_tokens, "head_dim": head_dim, "n_heavy": n_heavy, "eps": eps}
    found = priced(
        asked_head(head),
        model=None if model is None else read_model(read_text(model, "model")),
        **{name: value for name, value in sizes.items() if value is not None},  # type: ignore[arg-type]
    )
    return dressed(ClaimsReport, found)
