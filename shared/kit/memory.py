"""When Python looks for garbage that refers to itself: of what a service imports and builds at its start, none is."""

import gc


def look_rarely() -> None:
    """Look after 50,000 new objects instead of 700: a quarter of a service's start was spent looking."""
    gc.set_threshold(50_000, 20, 50)


def settle() -> None:
    """Leave out of every later look what is there by now.

    A batch of readings makes thousands of short-lived objects. Walking all modules' objects to find their few cycles
    took a tenth of the time.
    """
    gc.collect()
    gc.freeze()
    look_rarely()
