"""Where monitoring finds its database, issuer and the other service."""

from shared.kit.settings import Settings, from_environment


def load() -> Settings:
    """Settings from the environment; see README for the variables."""
    return from_environment("monitoring", "coordination")
