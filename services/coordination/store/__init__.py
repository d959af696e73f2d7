"""What coordination remembers: all of its SQL. Whoever imports one table knows them all."""

from shared.db.base import know_tables

know_tables(__name__, __path__)
