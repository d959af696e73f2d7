"""What is asked for by what it refers to has an index that begins with it: without one, each answer reads the table."""

import pytest
from sqlalchemy import Index, Table, UniqueConstraint

from services.coordination.store.base import Row as CoordinationRow
from services.monitoring.store.base import Row as MonitoringRow

# By these nothing is asked for, or only among few rows that are found by something else.
NOT_ASKED_BY = {
    "coordination": {
        "assignment_items.need_id", "assignment_items.patient_id", "assignment_items.referral_id",
        "assignment_items.slot_id", "assignment_items.specialist_id",  # with their assignment
        "care_team_members.specialist_id",  # with their care team
        "contacts.need_id",  # with the patient
        "orders.stay_id", "referrals.replaces_id", "reply_links.letter_id",  # where it came from
        "patient_distinctions.greater",  # with the lesser
        "patients.merged_into",  # of those that are merged: a partial index
        "practices.organization_id", "practices.site_id",  # one an organization
        "referral_choices.cheapest_id", "referral_choices.need_id", "referral_choices.patient_id",
        "referral_choices.specialist_id",  # with the referral
        "slots.schedule_id", "specialists.care_site_id", "specialists.practitioner_id",  # as the directory came
        "visits.care_site_id", "visits.practitioner_id",  # with the visit
        "waitlist_entries.need_id", "waitlist_entries.referral_id",
        "waitlist_entries.slot_id", "waitlist_entries.specialist_id",  # of those that wait: partial indexes
    },
    "monitoring": {
        "attempts.alert_id", "reconciliations.patient_id",  # with the patient, with the plan
        "devices.enrollment_id",  # with the patient
        "enrollments.previous_id", "plans.replaces_id", "time_entries.replaces",  # where it came from
        "expectations.blackout_id",  # with the blackout's channel
        "notices.patient_id", "patient_orders.patient_id",  # of those that stand: partial indexes
        "plan_changes.patient_order_id", "plan_changes.standing_order_id",  # with the patient
        "rechecks.patient_id",  # of those that are due
    },
}  # fmt: skip
ROWS = {"coordination": CoordinationRow, "monitoring": MonitoringRow}


def _begins_with(columns: list[str], name: str) -> bool:
    return columns[:1] == [name] or columns[:2] == ["organization_id", name]


def _found_by(table: Table, name: str) -> bool:
    keys = [[column.name for column in table.primary_key.columns]]
    keys += [[column.name for column in index.columns] for index in table.indexes if _whole(index)]
    keys += [
        [column.name for column in each.columns] for each in table.constraints if isinstance(each, UniqueConstraint)
    ]
    return any(_begins_with(key, name) for key in keys)


def _whole(index: Index) -> bool:
    return index.dialect_options["postgresql"]["where"] is None


@pytest.mark.parametrize("service", sorted(ROWS))
def test_every_reference_is_found_from_its_other_end_but_those_on_the_list(service: str) -> None:
    lacking = {
        f"{table.name}.{column.name}"
        for table in ROWS[service].metadata.sorted_tables
        for column in table.columns
        if column.foreign_keys and not _found_by(table, column.name)
    }
    assert lacking == NOT_ASKED_BY[service]
