"""What a person at the keyboard can mend: one sentence of what is wrong, one of what to do."""


class Trouble(Exception):
    """Stops a local command; its text is printed as it stands, without a traceback."""
