"""A Sphinx extension: the pages of the book ask for nothing outside themselves.

It puts one file of MathJax beside the pages, taken from the installed package
sphinx-mathjax-offline, and drops the scripts of sphinx-thebe: jupyter-book always loads them,
they serve a button that this book does not have, and loaded twice they are an error.
"""

from __future__ import annotations

import shutil
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

MATHJAX = "tex-svg-full.js"  # has every TeX extension and its glyphs in one file


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx, because _config.yml names this module."""
    app.connect("config-inited", _use_local_mathjax)
    app.connect("builder-inited", _copy_mathjax)
    app.connect("html-page-context", _drop_thebe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _use_local_mathjax(_app: Sphinx, config: Any) -> None:
    config.mathjax_path = MATHJAX


def _copy_mathjax(app: Sphinx) -> None:
    package = distribution("sphinx-mathjax-offline")
    source = package.locate_file(f"sphinx-mathjax-offline/static/mathjax/{MATHJAX}")
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    shutil.copy(str(source), static / MATHJAX)


def _drop_thebe(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    context["script_files"] = [
        script
        for script in context.get("script_files", [])
        if "thebe" not in str(script).lower() and "thebe" not in _body(script).lower()
    ]


def _body(script: Any) -> str:
    return str(getattr(script, "attributes", {}).get("body", ""))
