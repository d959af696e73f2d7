"""A patient on furosemide under a standing order."""

from tests.support.apps import Api
from tests.support.makers_monitoring import with_heart_failure
from tests.support.makers_plans import EMPAGLIFLOZIN, Practice, entitles, signs, signs_for, starts, turns_on

DISCHARGED, NOW = "2026-09-04 15:20", "2026-09-09 10:40"
DRUG, SWOLLEN = "furosemide", ["swelling"]
FUROSEMIDE = {**EMPAGLIFLOZIN, "rxnorm": "4603", "name": DRUG, "dose": 40, "times_per_day": 2}
REQUIRED = [{"metric": lab, "max_age_hours": 336} for lab in ("potassium", "creatinine", "egfr")]
BURST = {
    "key": "loop-diuretic-burst",
    "condition": "heart-failure",
    "rxnorm": "4603",
    "drug": DRUG,
    "form": "tablet",
    "route": "oral",
    "concentration": None,
    "unit": "mg",
    "excluded_circumstances": ["pregnancy", "dialysis"],
    "required": REQUIRED,
    "rule": "loop-diuretic-burst",
    "max_single": 100,
    "max_daily": 200,
    "max_change": 100,
    "max_change_percent": 100,
    "labs_from_day": 7,
    "labs_to_day": 10,
}
LABS = {"potassium": (4.4, "mmol/L"), "creatinine": (1.8, "mg/dL"), "egfr": (39, "mL/min/{1.73_m2}")}
WEIGHED = (("05", 81.1), ("06", 81.0), ("07", 81.4), ("08", 82.5), ("09", 83.4))


async def on_furosemide(api: Api, *, max_daily: float = 160, **found: float) -> Practice:
    """Heart failure on 40 mg twice a day, 2.4 kg up in a week; ``found`` are other last values."""
    await entitles(api)
    await turns_on(api)
    patient = await with_heart_failure(api, DISCHARGED)
    order = await signs(api, cosign_business_days=None, **BURST)
    signed = await signs_for(api, order, patient.id, min_single=20, max_single=80, max_daily=max_daily)
    assert signed.status_code == 201, signed.text
    practice = Practice(api, patient, await starts(api, patient.id, FUROSEMIDE), order)
    await weighs(practice, *WEIGHED)
    systolic = found.pop("systolic", 128)
    for lab, (value, unit) in LABS.items():
        await patient.sends(lab, value, unit, "2026-09-04 16:00")
        if lab in found:
            await patient.sends(lab, found[lab], unit, "2026-09-09 09:00")
    await patient.sends("bp_systolic", systolic, "mm[Hg]", "2026-09-09 10:32")
    return practice


async def weighs(practice: Practice, *days: tuple[str, float]) -> None:
    """Morning weights of September, in kilograms."""
    for day, kilograms in days:
        await practice.patient.weighs(kilograms, f"2026-09-{day} 07:00")
