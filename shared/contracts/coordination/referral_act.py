"""What every act on a referral may say."""

from shared.contracts.base import In, Instant, LongText
from shared.contracts.coordination.examples import example


class Act(In):
    """What every act may say: when it was done (now when left out; judged by this, not by the recording)."""

    model_config = example({"note": "By telephone"})

    done_at: Instant | None = None
    note: LongText | None = None
