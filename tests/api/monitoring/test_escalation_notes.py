"""An escalation carries an SBAR note, kept as it was written (clinical §6.4)."""

from tests.support.apps import Api
from tests.support.conversations import opened, says
from tests.support.escalated import NIGHT, escalations, in_ketosis, sees, told
from tests.support.makers_monitoring import local, with_diabetes, with_heart_failure
from tests.support.makers_plans import GLARGINE, starts


async def test_the_note_says_what_is_stored(monitoring: Api) -> None:
    patient, alert = await in_ketosis(monitoring)
    attempt = {"channel": "phone", "outcome": "no-answer", "at": local(f"{NIGHT} 03:20").isoformat()}
    client = patient.client(now=f"{NIGHT} 03:21")
    (await client.post(f"/v1/alerts/{alert['id']}/attempts", json=attempt)).raise_for_status()
    await sees(patient, alert, f"{NIGHT} 03:22", "Vomiting since midnight, says the wife")
    await told(patient, f"{NIGHT} 03:30")
    patients_own, supervisor, physician = await escalations(patient, f"{NIGHT} 03:31")
    assert patients_own["sbar"] is None
    note = physician["sbar"]
    assert f"{NIGHT} 03:00 EDT" in note["situation"]
    explained = await client.get(f"/v1/alerts/{alert['id']}/explanation")
    for said in ("3.4", "critical", alert["rule"], f"By {explained.json()['citation']}."):
        assert said in note["situation"]
    assert "insulin glargine 24 [iU] 1 times a day" in note["background"]
    assert "potassium 4.4 mmol/L" in note["background"]
    assert "diabetes" in note["background"]
    assert "Vomiting since midnight, says the wife" in note["assessment"]
    assert "phone to patient: no-answer" in note["assessment"]
    assert "told the supervisor" in note["assessment"]
    assert note["request"].startswith("To the on-call physician:")
    assert "Nobody has assessed" in supervisor["sbar"]["assessment"]


async def test_the_note_says_what_was_reported_and_which_medicines_changed(monitoring: Api) -> None:
    patient = await with_heart_failure(monitoring)
    plan = await starts(monitoring, patient.id, GLARGINE)
    call = "2026-09-09 10:12"
    hold = {"plan_id": plan["id"], "medicine_id": plan["medicines"][0]["id"], "reason": "Eats nothing"}
    hold |= {"until": local("2026-09-10 09:00").isoformat(), "informed": "Dr. Example"}
    held = await patient.client(now=call).post("/v1/plan-changes/hold-dose", json=hold)
    assert held.status_code == 201, held.text
    await says(patient, await opened(patient, call), call, {"heart-failure.chest-pain": True})
    await told(patient, "2026-09-09 10:42")
    note = (await escalations(patient, "2026-09-09 10:43"))[-1]["sbar"]
    assert "2026-09-09 10:12 EDT: insulin glargine, " in note["background"]
    assert "Reported (7 days): 2026-09-09 10:12 EDT: chest-pain (critical)." in note["assessment"]


async def test_a_note_stays_as_it_was_written(monitoring: Api) -> None:
    patient, _ = await in_ketosis(monitoring)
    before = (await escalations(patient, f"{NIGHT} 03:16"))[-1]["sbar"]
    await patient.sends("potassium", 6.1, "mmol/L", f"{NIGHT} 03:17")
    after = (await escalations(patient, f"{NIGHT} 03:18"))[-1]["sbar"]
    assert after == before
    await told(patient, f"{NIGHT} 03:30")
    assert "potassium 6.1 mmol/L" in (await escalations(patient, f"{NIGHT} 03:31"))[-1]["sbar"]["background"]


async def test_who_is_told_last_of_two_at_once_reads_that_the_other_was(monitoring: Api) -> None:
    """The clock stood still over both deadlines: the record is the same, what was done is not."""
    patient = await with_diabetes(monitoring)
    await patient.sends("ketone_blood", 3.4, "mmol/L", f"{NIGHT} 03:00")
    await told(patient, f"{NIGHT} 04:00")
    _, supervisor, physician = await escalations(patient, f"{NIGHT} 04:01")
    assert "told the supervisor" not in supervisor["sbar"]["assessment"]
    assert "04:00 EDT: told the supervisor" in physician["sbar"]["assessment"]
    assert physician["sbar"]["background"] == supervisor["sbar"]["background"]
