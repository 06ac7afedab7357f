"""Sentences that turn an `InspectReport` into decisions, each with the numbers it rests on."""

from __future__ import annotations

from qattention.reference.report import FillError, InspectReport, Saving

LOW_TAIL_MASS = 0.1  # of the attention weight
ACCEPTABLE_RECALL = 0.98  # what 8 bits reach on real heads (PAPER.md, section 4)
RECALL_LOSS = 0.01  # that a saving may cost
UNEVEN = 3.0  # max over mean |S_i| from which one threshold wastes most of the search


def advise(report: InspectReport) -> tuple[str, ...]:
    """What to do with this head."""
    return (
        *(_sparsity(report), _gap(report), _threshold(report), _fill(report), _bits(report)),
        *_saving(report),
        *_rank(report),
    )


def recommended(report: InspectReport) -> Saving | None:
    """The way of quantising with the fewest Toffolis whose recall is within RECALL_LOSS of the first's."""
    enough = [s for s in report.savings if s.recall >= report.savings[0].recall - RECALL_LOSS]
    return min(enough, key=lambda saving: saving.toffoli) if enough else None


def _saving(report: InspectReport) -> tuple[str, ...]:
    best = recommended(report)
    if best is None:
        return ()
    plain = report.savings[0]
    if best == plain:
        return (f"Keep plain words of {plain.key_bits} bits: no way of quantising tried is cheaper.",)
    how = (
        f"{best.key_bits} bits, keys centred, channels balanced, margin {best.logit_margin:g}"
        if best.logit_budget is None
        else f"--quantise rotated --logit-budget {best.logit_budget:g} --logit-margin {best.logit_margin:g}"
    )
    return (
        f"Quantise with {how}: {best.share:.2g} of the Toffolis of plain words of {plain.key_bits} bits "
        f"({best.word_bits} bits a key for {plain.word_bits}, {best.inner_product:.0f} Toffolis a sum for "
        f"{plain.inner_product:.0f}), recall {best.recall:.3f} for {plain.recall:.3f}; "
        f"{best.marked:.3g} keys a row are marked.",
    )


def _sparsity(report: InspectReport) -> str:
    found = report.verdict
    told = found.line[0].upper() + found.line[1:]
    late = "" if found.n_heavy_late is None else f", the last {found.n_late_rows} rows {found.n_heavy_late}"
    tail = (
        "The small tail carries it: without any fill the error is"
        if found.carried_by == "small tail"
        else "The fill carries it: without any the error is"
    )
    return (
        f"{told} (row-wise top-k, mean-logit fill, relative Frobenius error of the output). Shuffled keys "
        f"need {found.shuffled_keys}{late}. {tail} {found.error_without_fill:.2g}. Of a row's weight "
        f"{found.light_mass_mean:.2g} is light on average, {found.light_mass_max:.2g} at most."
    )


def _named(error: FillError) -> str:
    return f"k = {error.n_heavy} with fill {error.fill}" + (" on centred keys" if error.center_keys else "")


def _gap(report: InspectReport) -> str:
    if report.eta is None or report.tail_mass is None:
        return "No light keys: every visible key is heavy, and the output is exact."
    mass = report.tail_mass.median
    n_rows = report.n_queries - report.rows_without_light
    if report.gap_condition_rows == n_rows:
        return f"The gap condition holds in every row (eta at most {report.eta.max:.2g}): its bound applies."
    kind = "small" if mass <= LOW_TAIL_MASS else "not small"
    return (
        f"The gap condition holds in {report.gap_condition_rows} of {n_rows} rows with light keys (eta "
        f"{report.eta.min:.2g} to {report.eta.max:.2g}), so the eta bound says nothing here; "
        f"go by the measured error. The tail's mass is {kind}: median {mass:.2g}, "
        f"at most {report.tail_mass.max:.2g}."
    )


def _threshold(report: InspectReport) -> str:
    good = report.goodness
    ratio = good.max_heavy / good.mean_heavy if good.mean_heavy else 0.0
    verdict = f"is{'' if good.good else ' not'} ({good.tau:.3g}, {report.n_heavy})-good"
    if ratio < UNEVEN:
        return (
            f"One threshold for all rows would {'do' if good.good else 'nearly do'}: "
            f"with tau = {good.tau:.3g} max |S_i| is {good.max_heavy}, {ratio:.1f} times the mean; "
            f"the head {verdict}."
        )
    return (
        f"Use one threshold a row: with tau = {good.tau:.3g} for all, max |S_i| is {good.max_heavy}, "
        f"{ratio:.1f} times the mean of {good.mean_heavy:.3g}; the head {verdict}."
    )


def _fill(report: InspectReport) -> str:
    at_k = [e for e in report.errors if e.n_heavy == report.n_heavy]
    paper = next(e for e in at_k if e.fill == "one" and not e.center_keys)
    cheap = min((e for e in at_k if e.fill != "row-mean"), key=lambda e: e.relative_frobenius)
    return (
        f"At k = {report.n_heavy}, without exact row sums, take {_named(cheap)}: error "
        f"{cheap.relative_frobenius:.2g}, against {paper.relative_frobenius:.2g} for the paper's fill one."
    )


def _bits(report: InspectReport) -> str:
    enough = [b for b in report.bits if b.recall >= ACCEPTABLE_RECALL]
    if not enough:
        best = max(report.bits, key=lambda b: b.recall)
        return f"Use more than {best.bits} bits: recall of the find sets is {best.recall:.3f} there."
    first = min(enough, key=lambda b: (b.bits, b.prepared))
    how = " with centred keys and balanced channels" if first.prepared else ""
    return (
        f"{first.bits} bits suffice{how}: recall {first.recall:.3f}; no logit moves by more than "
        f"{first.logit_error_bound:.2g}."
    )


def _rank(report: InspectReport) -> tuple[str, ...]:
    rank, barrier = report.numerical_rank, report.rank_obstruction
    low = (
        f"B is not low-rank: numerical rank {rank.rank} over {rank.n_rows} rows, k + 1 is "
        f"{rank.n_heavy_plus_one}; what is small is the number of heavy keys a row."
        if rank.rank > rank.n_heavy_plus_one
        else f"Numerical rank {rank.rank} is within k + 1 = {rank.n_heavy_plus_one}."
    )
    if barrier.feasible:
        return (low,)
    return (
        low,
        f"No head with these heavy pairs can meet the gap condition: at eta = {barrier.eta:g} the "
        f"{barrier.n_matching} pairs of a matching need d >= {barrier.required_head_dim}; d is "
        f"{report.head_dim}.",
    )
