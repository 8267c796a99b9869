"""A Sphinx extension: the pages of the book ask for nothing outside themselves.

It puts one file of MathJax beside the pages, taken from the installed package
sphinx-mathjax-offline. It drops what is an error on pages that are read from the disk: the scripts
of sphinx-thebe, which jupyter-book loads twice for a button that this book does not have, and
the theme's hints to fetch fonts early, which browsers refuse there (the fonts themselves work).
"""

from __future__ import annotations

import re
import shutil
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

MATHJAX = "tex-svg-full.js"  # has every TeX extension and its glyphs in one file
_FONT_HINT = re.compile(r'<link rel="preload" as="font"[^>]*>\s*')


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx, because _config.yml names this module."""
    app.connect("config-inited", _use_local_mathjax)
    app.connect("builder-inited", _copy_mathjax)
    app.connect("html-page-context", _drop_thebe)
    app.connect("build-finished", _drop_font_hints)
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


def _drop_font_hints(app: Sphinx, error: Exception | None) -> None:
    for page in Path(app.outdir).rglob("*.html") if error is None else ():
        text = page.read_text(encoding="utf-8")
        page.write_text(_FONT_HINT.sub("", text), encoding="utf-8")


def _body(script: Any) -> str:
    return str(getattr(script, "attributes", {}).get("body", ""))
