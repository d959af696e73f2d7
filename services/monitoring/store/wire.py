"""The driver's own door; see :mod:`shared.db.wire`."""

from shared.db.wire import fetch

__all__ = ["fetch"]
