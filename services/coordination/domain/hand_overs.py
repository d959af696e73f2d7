"""What of a panel may change hands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from shared.kit.problems import Conflict, Problem

NOT_OF_TEAM = "team.not-a-member"
MOST = 5_000


class NothingToHandOver(Conflict):
    code = "hand-over.nothing-to-hand-over"
    title = "Nobody has any of this work"


class NothingMay(Conflict):
    code = "hand-over.nothing-may"
    title = "None of this work may go there"


class NoSuchTeam(Problem):
    status = 422
    code = "team.unknown"
    title = "There is no such team"


class TooMuchAtOnce(Conflict):
    code = "hand-over.too-much"
    title = "That is more work than one act moves"


class Held(NamedTuple):
    """A piece of open work of the one who hands over."""

    id: UUID
    patient_id: UUID
    title: str
    team: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """Work that stays, with the code and the sentence that say why."""

    work: Held
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Parted:
    """What goes and what stays; every piece is in one of the two, in the order it was given."""

    goes: tuple[Held, ...]
    stays: tuple[Refused, ...]


def part(
    work: Iterable[Held], to_owner: str | None, to_team: str | None, members: Mapping[str, Sequence[str]]
) -> Parted:
    """What may go to the new owner: whoever takes work of a registered team must be one of its members.

    ``members`` are those of the registered teams by key; a team that is not registered has no members to check.
    """
    goes, stays = [], []
    for each in work:
        team = to_team or each.team
        known = members.get(team) if team is not None else None
        if to_owner is not None and known is not None and to_owner not in known:
            stays.append(Refused(each, NOT_OF_TEAM, _sentence(to_owner, team)))
        else:
            goes.append(each)
    return Parted(tuple(goes), tuple(stays))


def _sentence(person: str, team: str | None) -> str:
    return f"{person} is not a member of {team}. Add the person to the team, or hand this work to the team's pool."


def check_team(to_team: str | None, members: Mapping[str, Sequence[str]]) -> None:
    """Raises:
    NoSuchTeam: nobody would ever see what is in its pool.
    """
    if to_team is not None and to_team not in members:
        raise NoSuchTeam(f"{to_team} is not one of the teams: see GET /v1/teams, or make it first.")


def check_goes(parted: Parted, memberships: int) -> None:
    """Raises:
    NothingMay: everything would stay; it says the first reason.
    """
    if parted.stays and not parted.goes and not memberships:
        raise NothingMay(f"Nothing was handed over. {parted.stays[0].reason}")


def check_size(count: int, memberships: int, owner: str) -> None:
    """Raises:
    NothingToHandOver: there is no open work, and no care team to be replaced in.
    TooMuchAtOnce: more than :data:`MOST` of either.
    """
    if count == memberships == 0:
        raise NothingToHandOver(f"{owner} holds no open work. Look at the worklist with owner={owner}.")
    if max(count, memberships) > MOST:
        raise TooMuchAtOnce(f"{owner} holds more than {MOST} open pieces. Assign some of them first.")
