"""A service refuses to start half configured, or with development secrets in production (S30)."""

import pytest

from shared.kit.settings import Misconfigured, from_environment

PRODUCTION = {
    "ENV": "production",
    "COORDINATION_DATABASE_URL": "postgresql://app@db/coordination",
    "ISSUER_URL": "https://issuer.example.org/",
    "AUDIENCE": "careweave",
    "SERVICE_CLIENT_SECRET": "of-our-own",
}


def load(**changes: str | None) -> object:
    environ = {name: value for name, value in (PRODUCTION | changes).items() if value is not None}
    return from_environment("coordination", "monitoring", environ)


def test_a_whole_production_environment_starts_on_the_real_clock() -> None:
    settings = from_environment("coordination", "monitoring", PRODUCTION)
    assert settings.production
    assert not settings.simulated_time
    assert settings.issuer_url == "https://issuer.example.org"
    assert settings.database_url == "postgresql+asyncpg://app@db/coordination"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COORDINATION_DATABASE_URL", None),
        ("COORDINATION_DATABASE_URL", "mysql://db/coordination"),
        ("SERVICE_CLIENT_SECRET", None),
        ("SERVICE_CLIENT_SECRET", "development-only"),
        ("ISSUER_URL", None),
        ("ISSUER_URL", "http://issuer.example.org"),
        ("AUDIENCE", None),
    ],
)
def test_production_refuses_what_is_missing_or_meant_for_development(name: str, value: str | None) -> None:
    with pytest.raises(Misconfigured) as refusal:
        load(**{name: value})
    assert name.split("_")[-1].lower() in refusal.value.detail.lower() or "postgresql" in refusal.value.detail


@pytest.mark.parametrize("said", ["Production", "prod", "staging", ""])
def test_no_spelling_of_production_starts_development(said: str) -> None:
    try:
        settings = from_environment("coordination", "monitoring", PRODUCTION | {"ENV": said})
    except Misconfigured:
        return
    assert settings.production


def test_development_needs_only_a_database() -> None:
    environ = {"MONITORING_DATABASE_URL": "postgresql://app@db/monitoring"}
    assert from_environment("monitoring", "coordination", environ).simulated_time


@pytest.mark.parametrize("said", ["production", "Production", " PRODUCTION "])
def test_production_is_production_however_it_is_written(said: str) -> None:
    assert from_environment("coordination", "monitoring", PRODUCTION | {"ENV": said}).production


@pytest.mark.parametrize("said", ["prod", "", "staging"])
def test_what_is_neither_production_nor_development_does_not_start(said: str) -> None:
    with pytest.raises(Misconfigured, match="ENV"):
        load(ENV=said)
