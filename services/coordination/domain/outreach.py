"""Which contacts reach out to a patient."""

from shared.vocabulary import Channel

# The patient came, or opened the door: nobody reached out.
THEIRS = frozenset({Channel.IN_PERSON, Channel.HOME_VISIT})
