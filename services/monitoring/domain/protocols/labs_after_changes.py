"""Potassium and creatinine after a start or change of a medicine that moves them (clinical §1.3 labs)."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from services.monitoring.domain.after_changes import AfterChange, Check
from shared.vocabulary import MedicineClass, Metric, NeedKind

_ONCE = (Check(7, 14),)
# At 3 days and 1 week, then monthly for 3 months; a month is 30 days, and a check opens when the one before was due
# [default].
_MRA = (Check(1, 3), Check(4, 7), Check(8, 30), Check(31, 60), Check(61, 90))
_CHECKS: Mapping[MedicineClass, tuple[Check, ...]] = {
    MedicineClass.ACE_INHIBITOR: _ONCE,
    MedicineClass.ARB: _ONCE,
    MedicineClass.ARNI: _ONCE,
    MedicineClass.LOOP_DIURETIC: _ONCE,
    MedicineClass.THIAZIDE: _ONCE,
    MedicineClass.MRA: _MRA,
}
_SOURCE = (
    "1 to 2 weeks after a start or change of an ACE inhibitor, ARB, ARNI or diuretic; MRA at 3 days and 1 week, then "
    "monthly for 3 months (clinical §1.3 labs, S18); days of the standing order before these (§6.2, S90); "
    "moderate after 7 days project default"
)

HEART_FAILURE = AfterChange(
    key="OVERDUE-LABS-CHANGE",
    title="Potassium and creatinine after a change of a medicine overdue",
    metrics=(Metric.POTASSIUM, Metric.CREATININE, Metric.EGFR),
    groups=((Metric.POTASSIUM,), (Metric.CREATININE, Metric.EGFR)),
    checks=MappingProxyType(_CHECKS),
    source=_SOURCE,
    asks="Draw both now. Potassium from 5.5 on, or creatinine up by 0.3 mg/dL or 30 %: prescriber the same day.",
    opens_need=NeedKind.LABS_K_CREATININE,
)
CKD = replace(HEART_FAILURE, source=f"{_SOURCE}; in kidney disease as in heart failure: project default (§1.7)")
# §1.6 names no laboratory check: it is the medicine that moves the values, whatever it is given for.
HYPERTENSION = replace(
    HEART_FAILURE,
    source=f"{_SOURCE}; in hypertension as in heart failure: project default (§1.6 names none)",
    asks=f"{HEART_FAILURE.asks} No rule of this protocol judges the values.",
)
