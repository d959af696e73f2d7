"""Lists declare what exists; these tests read the lists."""

import importlib
import inspect
import pkgutil
from collections import defaultdict
from types import ModuleType
from typing import Any

import services
import shared
from services.coordination.domain import pathways
from services.coordination.domain.pathways.base import Pathway
from services.coordination.domain.pathways.catalogue import CATALOGUE
from services.coordination.jobs.deliveries import DELIVERIES as FROM_COORDINATION
from services.monitoring.domain import protocols
from services.monitoring.domain.protocol import Protocol
from services.monitoring.domain.protocols import PUBLISHED
from services.monitoring.jobs.deliveries import DELIVERIES as FROM_MONITORING
from shared.contracts.base import Message
from shared.kit.problems import Problem


def modules(package: ModuleType) -> list[ModuleType]:
    names = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return [importlib.import_module(found.name) for found in names if not found.name.endswith("worker")]


ALL = [*modules(shared), *modules(services)]


def subclasses(base: type) -> set[type]:
    found = {
        thing
        for module in ALL
        for thing in vars(module).values()
        if inspect.isclass(thing) and issubclass(thing, base) and thing is not base
    }
    return {thing for thing in found if thing.__module__.startswith(("services.", "shared."))}


def test_every_message_has_a_delivery_and_every_delivery_a_message() -> None:
    kinds = {str(vars(message)["kind"]) for message in subclasses(Message) if "kind" in vars(message)}
    assert kinds == {*FROM_COORDINATION, *FROM_MONITORING}


def test_every_refusal_has_a_code_of_its_own() -> None:
    owners = defaultdict(set)
    for refusal in subclasses(Problem):
        if "code" in vars(refusal):
            # A client meets one service at a time: the same word may mean the same thing in both.
            service = refusal.__module__.split(".")[1]
            owners[service, refusal.code].add(f"{refusal.__module__}.{refusal.__name__}")  # type: ignore[attr-defined]
    assert {code: names for code, names in owners.items() if len(names) > 1} == {}


def test_every_refusal_can_be_understood() -> None:
    for refusal in subclasses(Problem):
        assert refusal.title != Problem.title or refusal.code == Problem.code, refusal  # type: ignore[attr-defined]
        assert 400 <= refusal.status < 600, refusal  # type: ignore[attr-defined]


def made_in(package: ModuleType, kind: type[Any]) -> dict[str, Any]:
    """What the modules of a package make of a kind, by where it stands."""
    return {
        f"{module.__name__}.{name}": thing
        for module in modules(package)
        for name, thing in vars(module).items()
        if isinstance(thing, kind)
    }


def test_every_pathway_that_is_written_is_in_the_catalogue_once() -> None:
    written = made_in(pathways, Pathway)
    assert {name for name, each in written.items() if not any(each is one for one in CATALOGUE)} == set()
    assert len({pathway.key for pathway in CATALOGUE}) == len(CATALOGUE) > 5


def test_every_protocol_that_is_written_is_published_once() -> None:
    written = made_in(protocols, Protocol)
    assert {name for name, each in written.items() if not any(each is one for one in PUBLISHED)} == set()
    assert len({(each.key, each.version) for each in PUBLISHED}) == len(PUBLISHED) > 5
