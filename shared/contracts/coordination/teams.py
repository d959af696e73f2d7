"""Teams: who shares a pool of work."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.contracts.base import Code, In, Name, Versioned
from shared.contracts.coordination.examples import example

TeamKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=100)]


class PutTeam(In):
    """The whole of a team. ``members`` are subjects of tokens; work names the team by its key, which never changes."""

    model_config = example({"name": "Transitions of care", "members": ["dev.coordinator", "dev.case_manager"]})

    name: Name
    members: list[Code] = Field(max_length=500)


class MakeTeam(PutTeam):
    """A new team."""

    model_config = example(
        {"key": "transitions-east", "name": "Transitions of care, east", "members": ["dev.coordinator"]}
    )

    key: TeamKey


class TeamRead(Versioned):
    """A team; work that names its key and has no owner lies in its pool."""

    key: str
    name: str
    members: list[str]
