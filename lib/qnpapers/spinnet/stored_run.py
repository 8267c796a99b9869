"""What chapter 7 found on all of MNIST, stored, since a chapter must not fetch anything."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

_FILE = "full_mnist.json"


def stored_full_run() -> dict[str, Any]:
    """The record of `qnpapers run spinnet/07 -p full true -o full_mnist.ipynb`.

    That command writes full_mnist.json beside the notebook. The file is kept here as it was
    written: parameters, seconds, and every recorded result, among them the versions of the
    packages and the checksum of the archive that the digits came from.

    Returns:
        chapter, parameters, status, seconds and recorded, by name.

    >>> stored_full_run()["parameters"]["full"]
    True
    """
    text = resources.files("qnpapers.spinnet").joinpath(_FILE).read_text(encoding="utf-8")
    return dict(json.loads(text))
