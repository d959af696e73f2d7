"""The tables of coordination."""

from sqlalchemy.orm import DeclarativeBase

from shared.db.base import new_metadata


class Row(DeclarativeBase):
    """A row of a table of coordination."""

    metadata = new_metadata()
