"""What is asked of the worklist: its filters as query parameters."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from services.coordination.usecases import work_views
from shared.contracts.base import Instant, Text
from shared.contracts.coordination.worklist import ViewFilters
from shared.vocabulary import NeedKind, ObligationSource, PathwayKey, Priority, Role
from shared.web.deps import ReadTx, Who

_OWNER = "A token's subject, or ``me``."
_TEAM = "A team's key, or ``mine`` for the teams you belong to; several are read as one list."


async def _plain(
    owner: Annotated[Text | None, Query(description=_OWNER)] = None,
    unclaimed: Annotated[bool, Query(description="Only what nobody has claimed: the pool.")] = False,
    team: Annotated[list[Text] | None, Query(max_length=20, description=_TEAM)] = None,
    role: Annotated[Role | None, Query(description="Whose pool it is in.")] = None,
    source: ObligationSource | None = None,
    kind: Annotated[NeedKind | None, Query(description="The kind of need.")] = None,
    stage: Annotated[Text | None, Query(description="Which step waits, such as acknowledge.")] = None,
    title: Text | None = None,
    patient_id: UUID | None = None,
    pathway: Annotated[PathwayKey | None, Query(description="Asked for by this pathway, perhaps among others.")] = None,
    payer: Annotated[Text | None, Query(description="The payer of the patient's first coverage.")] = None,
    language: Annotated[Text | None, Query(description="The patient's, such as es-US.")] = None,
    interpreter_needed: bool | None = None,
    facility: Annotated[Text | None, Query(description="Where the stay was that gave the reason.")] = None,
    priority: Priority | None = None,
    overdue: Annotated[bool, Query(description="Only what is past its due instant.")] = False,
    undated: Annotated[bool, Query(description="Only what has no due instant.")] = False,
    on_call: Annotated[bool, Query(description="Only what is due on a day off: the on-call list.")] = False,
    due_from: Annotated[Instant | None, Query(description="Leaves undated work out.")] = None,
    due_before: Annotated[Instant | None, Query(description="Leaves undated work out.")] = None,
) -> ViewFilters:
    return ViewFilters(
        owner=owner, unclaimed=unclaimed, team=team, role=role, source=source, kind=kind, stage=stage, title=title,
        patient_id=patient_id, pathway=pathway, payer=payer, language=language, interpreter_needed=interpreter_needed,
        facility=facility, priority=priority, overdue=overdue, undated=undated, on_call=on_call, due_from=due_from,
        due_before=due_before,
    )  # fmt: skip


async def _with_view(
    tx: ReadTx,
    actor: Who,
    plain: Annotated[ViewFilters, Depends(_plain)],
    view: Annotated[UUID | None, Query(description="A saved view; other parameters given narrow or replace.")] = None,
) -> ViewFilters:
    if view is None:
        return plain
    saved = await work_views.filters(tx, view, actor=actor)
    return saved.model_copy(update=plain.model_dump(exclude_defaults=True))


FiltersAsked = Annotated[ViewFilters, Depends(_with_view)]
