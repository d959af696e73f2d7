"""Put answers into a check-in, each judged, with who noted it and when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.monitoring.domain import answers as rules
from services.monitoring.domain import forms
from services.monitoring.store.check_ins import CheckInRow
from services.monitoring.usecases import check_in_words
from shared.kit.actor import Actor


def keep(
    row: CheckInRow, sent: Mapping[str, object], not_asked: Mapping[str, str], *, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Put answers and reasons into the row; returns what stood there before."""
    every = forms.pinned(row.forms)
    kept, before = dict(row.answers), {}
    for key, value in sent.items():
        question = rules.find(every, key)
        given = None if value is None else rules.read(question, value, at=now)
        stood = kept.get(key)
        value = given if isinstance(given, bool) or given is None else str(given)
        if value != (stood["value"] if stood else None):
            before[key] = stood["value"] if stood else None
            kept[key] = {"value": value, "by": actor.person, "at": now.isoformat()}
        if given is None:
            kept.pop(key, None)
    names = {form.key for form in every}
    for key in not_asked:
        if key not in names:
            rules.find(every, key)
    row.answers = kept
    row.not_asked = {key: str(why) for key, why in {**row.not_asked, **not_asked}.items() if key not in kept}
    rules.check_pressures(every, check_in_words.given(row))
    return before
