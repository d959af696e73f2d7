"""What somebody has to look at again in an enrollment: targets past their review, baselines that expired, tiers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.monitoring.domain.exclusions import Effect, Exclusion
from services.monitoring.domain.watch import Baseline, Target
from shared.vocabulary import Metric, ReviewKind, RiskTier

_OR_SIGN = ", or name the prescriber who takes responsibility"


@dataclass(frozen=True, slots=True)
class Review:
    """One thing to look at again; ``subject`` names it within its kind."""

    kind: ReviewKind
    subject: str
    sentence: str


def due(
    targets: Iterable[Target],
    baselines: Sequence[Baseline],
    suggestion: tuple[RiskTier, str] | None,
    excluded: Iterable[Exclusion] = (),
    *,
    now: datetime,
    today: date,
) -> tuple[Review, ...]:
    """What is to be looked at as of an instant; ``today`` is the patient's day.

    A target is overdue from its review date on and holds until it is changed: taking it away would be a decision.
    """
    found: dict[tuple[ReviewKind, str], Review] = {}
    newest: dict[str, Target] = {}
    for target in targets:
        in_force = target.starts_at <= now and (target.ends_at is None or now < target.ends_at)
        known = newest.get(target.bound)
        if in_force and (known is None or target.starts_at > known.starts_at):
            newest[target.bound] = target
    for target in newest.values():
        if target.review_by <= today:
            sentence = f"The target {target.limit} was to be reviewed by {target.review_by}; it still holds."
            found[ReviewKind.TARGET, target.bound] = Review(ReviewKind.TARGET, target.bound, sentence)
    for metric in {each.metric for each in baselines}:
        last = max((each for each in baselines if each.metric is metric), key=lambda each: each.set_at)
        said = _baseline(metric, last, now)
        if said is not None:
            found[ReviewKind.BASELINE, metric.value] = Review(ReviewKind.BASELINE, metric.value, said)
    if suggestion is not None:
        tier, why = suggestion
        sentence = f"Tier {tier} is suggested: {why}. Set the tier, or keep it with a reason."
        found[ReviewKind.TIER, tier.value] = Review(ReviewKind.TIER, tier.value, sentence)
    for stop in excluded:
        sentence = f"{stop.sentence} End the enrollment{_OR_SIGN if stop.effect is Effect.NEEDS_PRESCRIBER else ''}."
        found[ReviewKind.EXCLUSION, stop.fact] = Review(ReviewKind.EXCLUSION, stop.fact, sentence)
    return tuple(found[key] for key in sorted(found))


def _baseline(metric: Metric, last: Baseline, now: datetime) -> str | None:
    name = metric.value.replace("_", " ")
    if last.expires_at is not None and last.expires_at <= now:
        return f"The {name} expired ({last.expiry_reason}) and is no longer used: establish a new one."
    if last.review_at is not None and last.review_at <= now:
        return f"The {name} is more than six months old; it is still compared with: confirm it or set a new one."
    return None
