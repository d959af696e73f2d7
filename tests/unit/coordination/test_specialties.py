"""Who meets a need: every kind names its specialties, and a visit those of its pathways (clinical §2)."""

from datetime import UTC, datetime

import pytest

from services.coordination.domain.need_kinds import KINDS
from services.coordination.domain.pathways.catalogue import CATALOGUE
from services.coordination.domain.reasons import Reason
from services.coordination.domain.specialties import OWN_TEAM, SPECIALTIES, specialties_of
from shared.vocabulary import EvidenceKind, NeedKind, PathwayKey, Priority, SourceKind, Specialty

AT = datetime(2026, 9, 4, 19, 20, tzinfo=UTC)
PRIMARY = {Specialty.FAMILY_MEDICINE, Specialty.INTERNAL_MEDICINE}


def a_reason(pathway: PathwayKey | None, withdrawn_at: datetime | None = None) -> Reason:
    return Reason(
        SourceKind.STAY, "s", "visit", Priority.ROUTINE, (), AT, "jo", pathway, withdrawn_at=withdrawn_at
    )  # fmt: skip


def test_every_kind_says_who_meets_it_but_the_referral_that_names_its_specialist() -> None:
    assert set(NeedKind) - {*SPECIALTIES, *OWN_TEAM} == {NeedKind.SPECIALIST_REFERRAL}
    assert set(SPECIALTIES).isdisjoint(OWN_TEAM)
    assert all(SPECIALTIES.values())
    assert all(OWN_TEAM.values())


def test_what_a_panel_places_can_be_met_by_a_referral() -> None:
    assert all(EvidenceKind.REFERRAL_CLOSED in KINDS[kind].accepts for kind in SPECIALTIES)


@pytest.mark.parametrize(
    ("kind", "fits", "not_"),
    [
        (NeedKind.MENTAL_HEALTH_VISIT, Specialty.PSYCHIATRY, Specialty.PODIATRY),
        (NeedKind.DENTAL_EXAM, Specialty.DENTISTRY, Specialty.CARDIOLOGY),
        (NeedKind.SWALLOW_AND_DIET, Specialty.SPEECH_THERAPY, Specialty.PODIATRY),
        (NeedKind.THERAPIES, Specialty.OCCUPATIONAL_THERAPY, Specialty.PHARMACY),
        (NeedKind.LUNG_SCREENING, Specialty.RADIOLOGY, Specialty.DENTISTRY),
        (NeedKind.SMOKING_CESSATION, Specialty.PHARMACY, Specialty.OPHTHALMOLOGY),
    ],
)
def test_each_kind_has_its_own(kind: NeedKind, fits: Specialty, not_: Specialty) -> None:
    found = specialties_of(kind, [a_reason(None)])
    assert fits in found
    assert not_ not in found


@pytest.mark.parametrize(
    ("pathways", "besides"),
    [
        ([PathwayKey.COPD, PathwayKey.TRANSITION], {Specialty.PULMONOLOGY}),
        ([PathwayKey.PNEUMONIA], {Specialty.PULMONOLOGY}),
        ([PathwayKey.HEART_FAILURE, PathwayKey.TRANSITION], {Specialty.CARDIOLOGY}),
        ([PathwayKey.STROKE], {Specialty.NEUROLOGY}),
        (
            [PathwayKey.DIABETES, PathwayKey.HEART_FAILURE],
            {Specialty.CARDIOLOGY, Specialty.ENDOCRINOLOGY, Specialty.DIABETES_EDUCATION},
        ),
        ([PathwayKey.TRANSITION], set()),
        ([], set()),
    ],
)
def test_a_visit_is_with_whoever_one_of_its_pathways_names(pathways: list[PathwayKey], besides: set[Specialty]) -> None:
    reasons = [a_reason(None), *map(a_reason, pathways), a_reason(PathwayKey.AMI, AT)]
    found = specialties_of(NeedKind.VISIT, reasons)
    assert set(found) == PRIMARY | besides
    assert len(found) == len(set(found))


def test_each_condition_names_who_sees_its_patients() -> None:
    silent = {
        pathway.key
        for pathway in CATALOGUE
        for item in pathway.items
        if item.kind is NeedKind.VISIT and not item.specialties
    }
    assert silent == {PathwayKey.TRANSITION}


def test_every_specialty_has_a_code_of_its_own() -> None:
    codes = [specialty.nucc for specialty in Specialty]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 10 for code in codes)
