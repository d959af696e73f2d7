"""The tables of monitoring."""

from sqlalchemy.orm import DeclarativeBase

from shared.db.base import new_metadata


class Row(DeclarativeBase):
    """A row of a table of monitoring."""

    metadata = new_metadata()
