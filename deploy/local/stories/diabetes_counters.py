"""§7b, the counters of the month: device days, RPM and CCM minutes."""

from datetime import datetime
from typing import Any

from deploy.local.stories.clinic import MONITORING
from deploy.local.stories.engine import Row
from deploy.local.stories.patient import Patient
from deploy.local.stories.words import at
from shared.vocabulary import Metric, Role

# The mornings §7b does not tell of; with those it tells of they are all but the 15th to 17th and the typed 24th.
_OTHER_DAYS = ("04", "05", "09", "11", "12", "21", "25", "26", "27")
_RPM = (("09-03 07:40", 6, "none"), ("09-10 09:40", 14, "interactive"), ("09-13 08:40", 15, "interactive"),
        ("09-20 07:45", 4, "none"))  # fmt: skip
_CCM = (("09-04 11:00", 6), ("09-08 11:00", 5), ("09-15 11:00", 9), ("09-21 11:00", 5), ("09-28 11:00", 3))


def handed_out(patient: Patient) -> Row:
    """The meter, which sends what it measures by itself: fasting values under a source of their own."""

    async def came(now: datetime) -> str:
        page = f"/v1/enrollments?patient_id={patient.followed_as}"
        found = await patient.clinic.ask(MONITORING, "GET", page, by=Role.CASE_MANAGER, now=now)
        path = f"/v1/enrollments/{found['items'][0]['id']}/devices"
        kinds = []
        for metric in (Metric.GLUCOSE_SMBG, Metric.GLUCOSE_FASTING):
            body = {"kind": "glucose-meter", "serial": f"SN {metric}", "source": f"{metric}-1", "model": "Example"}
            device = await patient.clinic.ask(MONITORING, "POST", path, by=Role.CASE_MANAGER, now=now, body=body)
            kinds.append(f"{device['kind']} {device['source']}")
        return ", ".join(kinds)

    expected = "glucose-meter glucose_smbg-1, glucose-meter glucose_fasting-1"
    return Row(at("08-31 09:10"), "the meter is handed out", expected, came)


def counters(patient: Patient) -> tuple[Row, ...]:
    """What a month of work counts for, and that no minute counts for two programmes."""

    async def uploaded(now: datetime) -> str:
        sent = [patient.item(Metric.GLUCOSE_SMBG, "120", "mg/dL", at(f"09-{day} 07:00")) for day in _OTHER_DAYS]
        path = "/v1/readings/batch"
        result = await patient.clinic.ask(MONITORING, "POST", path, by=Role.INTEGRATION, now=now, body=sent)
        outcomes = [each["outcome"] for each in result["items"]]
        return f"{outcomes.count('stored')} of {len(outcomes)} stored"

    async def logged(now: datetime) -> str:
        for when, minutes, contact in _RPM:
            await _log(patient, now, programme="rpm", started_at=at(when), minutes=minutes, contact=contact)
        for when, minutes in _CCM:
            await _log(patient, now, programme="ccm", started_at=at(when), minutes=minutes)
        return f"{len(_RPM)} and {len(_CCM)} entries"

    async def twice(now: datetime) -> str:
        body = _body(patient, programme="ccm", started_at=at("09-10 09:50"), minutes=10)
        return await patient.clinic.refusal(MONITORING, "/v1/time-entries", by=Role.CASE_MANAGER, now=now, body=body)

    async def counted(now: datetime) -> str:
        path = f"/v1/patients/{patient.followed_as}/evidence?month=2026-09"
        found = await patient.clinic.ask(MONITORING, "GET", path, by=Role.CASE_MANAGER, now=now)
        window = found["windows"][0]
        said = [f"{window['device_days']} device days: {_reached(window['counts'])}"]
        said += [
            f"{each['programme']} {each['minutes']} min: {_reached(each['counts'])}" for each in found["programmes"]
        ]
        return "; ".join(said)

    return (
        Row(at("09-30 17:00"), "the meter's other mornings come in", "9 of 9 stored", uploaded),
        Row(at("09-30 17:30"), "RPM 6, 14, 15, 4 and CCM 6, 5, 9, 5, 3 min logged", "4 and 5 entries", logged),
        Row(at("09-30 17:35"), "CCM for minutes of an RPM call", "409 time-entry.overlap", twice),
        Row(
            at("09-30 18:00"),
            "device days, RPM, CCM",
            "26 device days: 99454 x1; rpm 39 min: 99457 x1; ccm 28 min: 99490 x1",
            counted,
        ),
    )


def _body(patient: Patient, **spent: Any) -> dict[str, Any]:
    started_at = spent.pop("started_at").isoformat()
    known = {"patient_id": patient.followed_as, "credential": "rn", "activity": "call", "condition": "diabetes"}
    return {**known, "started_at": started_at, **spent}


async def _log(patient: Patient, now: datetime, **spent: Any) -> None:
    body = _body(patient, **spent)
    await patient.clinic.ask(MONITORING, "POST", "/v1/time-entries", by=Role.CASE_MANAGER, now=now, body=body)


def _reached(counts: list[dict[str, Any]]) -> str:
    return ", ".join(f"{each['code']} x{each['count']}" for each in counts if each["count"]) or "none"
