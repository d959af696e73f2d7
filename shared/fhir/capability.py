"""The CapabilityStatement, made from the same table as the routes."""

from datetime import date
from typing import Any

from shared.fhir.kind import Kind, Kinds
from shared.fhir.query import COMMON

_ISSUED = date(2026, 11, 22)
_BATCH = (
    "Entries of a batch, too, may refer to one another by fullUrl; they are stored in dependency order. "
    "A resource without identifier is known by its fullUrl as an identifier of system urn:ietf:rfc:3986."
)


def statement(kinds: Kinds, *, title: str, base: str) -> dict[str, Any]:
    """What this endpoint offers, and nothing else."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": _ISSUED.isoformat(),
        "kind": "instance",
        "implementation": {"description": title, "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "A bearer JWT of the organization's issuer, with SMART v2 scopes."},
                "resource": [_resource(kinds[name]) for name in sorted(kinds)],
                "interaction": [{"code": "batch", "documentation": _BATCH}, {"code": "transaction"}],
            }
        ],
    }


def _resource(kind: Kind[Any]) -> dict[str, Any]:
    parameters = {**COMMON, **kind.parameters}
    made = (*(("create",) if kind.creates else ()), *(("update",) if kind.update else ()))
    return {
        "type": kind.name,
        "interaction": [{"code": code} for code in (*made, "read", "search-type")],
        "versioning": "versioned-update" if kind.update else "versioned",
        "readHistory": False,
        "updateCreate": False,
        "conditionalCreate": kind.creates,
        "referencePolicy": ["literal", "logical", "resolves", "enforced"],
        "searchParam": [{"name": name, "type": parameters[name].value} for name in sorted(parameters)],
    }
