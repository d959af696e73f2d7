"""What may be wrong with a team, and who may use it."""

from collections.abc import Sequence

from shared.kit.problems import Conflict, Problem


class KeyTaken(Conflict):
    code = "team.key-taken"
    title = "Another team has this key"


class MemberTwice(Problem):
    code = "team.member-twice"
    title = "A member is named twice"


class NotOfTeam(Problem):
    code = "team.not-a-member"
    title = "The person is not a member of that team"


class NotYourView(Problem):
    status = 403
    code = "worklist.view-not-yours"
    title = "The view is somebody else's"


def check_members(members: Sequence[str]) -> None:
    """Raises:
    MemberTwice: somebody is named twice.
    """
    if len(set(members)) < len(members):
        raise MemberTwice("Name each member once.")


def check_member(person: str, team: str, members: Sequence[str]) -> None:
    """Raises:
    NotOfTeam: the person is not among the members.
    """
    if person not in members:
        raise NotOfTeam(f"{person} is not a member of {team}. Choose a member, or add the person to the team first.")
