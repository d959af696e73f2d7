"""The two services."""

from shared.kit.memory import look_rarely

look_rarely()
