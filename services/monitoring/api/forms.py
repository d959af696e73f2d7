"""Forms over HTTP."""

from services.monitoring.usecases import forms
from shared.contracts.monitoring.forms import FormRead, FormSummary
from shared.web.route import Router

router = Router(prefix="/v1/forms", tags=["forms"])


@router.get("", operation_id="forms.list")
async def list_all() -> list[FormSummary]:
    """Every published version of every form."""
    return forms.list_all()


@router.get("/{form}/versions/{form_version}", operation_id="forms.get")
async def get(form: str, form_version: str) -> FormRead:
    """One version: its questions, what each answer does, its scores and their cut-offs.

    Items of licensed questionnaires are given by number only.
    """
    return forms.get(form, form_version)
