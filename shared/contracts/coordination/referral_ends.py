"""The bodies of the acts by which one side or the patient ends a referral, and of taking it up again."""

from shared.contracts.base import Text
from shared.contracts.coordination.examples import example
from shared.contracts.coordination.referral_act import Act
from shared.vocabulary import CancelReason, DeclineReason


class Cancel(Act):
    """Take the referral back. After acceptance this asks the receiver, who confirms or refuses."""

    model_config = example({"reason": "need-met-otherwise"})

    reason: CancelReason


class ConfirmCancel(Act):
    """The receiver agrees to the cancellation."""


class RefuseCancel(Act):
    """The receiver does not agree; the referral goes on."""


class WithdrawCancel(Act):
    """The sender no longer wants to cancel."""


class Return(Act):
    """The receiver asks to give back what it had accepted; the sender confirms or refuses."""

    model_config = example({"reason": "no-capacity"})

    reason: DeclineReason


class ConfirmReturn(Act):
    """The sender agrees; another specialist is to be found."""


class RefuseReturn(Act):
    """The sender does not agree; the referral goes on."""


class WithdrawReturn(Act):
    """The receiver keeps the referral after all."""


class PatientDeclines(Act):
    """The patient does not want this."""

    model_config = example({"reason": "Prefers another clinic"})

    reason: Text


class Expire(Act):
    """End a referral whose validity is over."""


class Reopen(Act):
    """Take an ended referral up again; what was done stays in the history."""

    model_config = example({"reason": "The report was of another patient"})

    reason: Text
