"""CITATION.cff, the package, the changelog and the bibliography agree."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from pybtex.database import parse_file

import qnpapers

ROOT = Path(__file__).resolve().parents[2]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BIBLIOGRAPHY = parse_file(ROOT / "book" / "references.bib").entries
PAPERS = ("levine2017", "marciano2020", "katsnelson2021")


def test_citation_has_what_the_format_requires():
    assert CITATION["cff-version"] == "1.2.0"
    assert {"authors", "message", "title"} <= CITATION.keys()
    assert all("name" in author or "family-names" in author for author in CITATION["authors"])


def test_versions_agree():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert CITATION["version"] == PROJECT["version"] == qnpapers.__version__
    assert f"## [{qnpapers.__version__}]" in changelog


def test_licences_agree():
    assert CITATION["license"] == PROJECT["license"] == "BSD-3-Clause"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("BSD 3-Clause License")
    assert "CC BY 4.0" in (ROOT / "LICENSE-TEXT").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("reference", "key"),
    list(zip(CITATION["references"], PAPERS, strict=True)),
    ids=PAPERS,
)
def test_the_three_papers_are_cited_as_in_the_bibliography(reference: dict, key: str):
    entry = BIBLIOGRAPHY[key]
    [identifier] = reference["identifiers"]
    assert identifier["value"] == f"arXiv:{entry.fields['eprint']}"
    assert reference["title"] == entry.fields["title"]
    assert str(reference["year"]) == entry.fields["year"]
    assert len(reference["authors"]) == len(entry.persons["author"])


@pytest.mark.parametrize("key", BIBLIOGRAPHY)
def test_bibliography_entries_are_complete(key: str):
    entry = BIBLIOGRAPHY[key]
    assert re.fullmatch(r"[a-z]+\d{4}[a-z]?", key)
    assert entry.persons["author"]
    assert {"title", "year"} <= set(entry.fields)
    if "eprint" in entry.fields:
        assert entry.fields["archiveprefix"] == "arXiv"
        assert re.fullmatch(r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}", entry.fields["eprint"])
