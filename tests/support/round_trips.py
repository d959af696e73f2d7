"""Strategies for what goes over a wire and back."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import strategies as st

from shared.contracts.people import Identifier
from shared.fhir.elements import Resource
from shared.fhir.kind import render
from shared.fhir.validation import validate

NOW = datetime(2026, 9, 4, 19, 20, tzinfo=UTC)
ME = UUID("018f2c3a-7d1e-7c44-9a52-3b1f0c9e5a12")
words = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=30)
names = st.builds(" ".join, st.lists(words, min_size=1, max_size=3))
identifiers = st.lists(
    st.builds(Identifier, system=st.sampled_from(["https://example.org/mrn", "urn:oid:1.2.3"]), value=words),
    min_size=1,
    max_size=4,
    unique_by=lambda one: (one.system, one.value),
)
instants = st.integers(0, 10**9).map(lambda seconds: NOW - timedelta(seconds=seconds))
maybe = st.none
either = st.one_of


def over_the_wire(resource: Resource) -> Any:
    """The same resource, as a client would send what it read."""
    return validate(type(resource), render(resource))


def read_of(model: type[Any], body: Any, **more: Any) -> Any:
    values = {name: getattr(body, name) for name in type(body).model_fields}
    return model.model_validate({**values, "id": uuid4(), "version": 1, "updated_at": NOW, **more})
