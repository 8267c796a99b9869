"""What the commands tell people while they work."""

import re
import sys

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def say(text: str) -> None:
    """Print a line at once, also where the output is a file or a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def without_colour(text: str) -> str:
    """The text without the codes that colour it in a terminal."""
    return _ANSI.sub("", text)
