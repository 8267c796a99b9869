"""What import-linter cannot say about imports."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {one["id"]: one for one in PROJECT["tool"]["importlinter"]["contracts"]}
ORACLES = sorted((ROOT / "tests" / "oracles").rglob("*.py"))
SUBJECTS = ("convac", "spinnet", "emergent")


def imported(source: str) -> set[str]:
    """Top-level names of all modules that a source imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


def test_imports_are_found_inside_functions():
    source = "import a.b\ndef f():\n    from c import d\n    import e as g\n"
    assert imported(source) == {"a", "c", "e"}


def test_oracles_exist():
    assert ORACLES


@pytest.mark.parametrize("path", ORACLES, ids=lambda path: path.name)
def test_oracles_are_independent_of_the_package(path: Path):
    assert "qnpapers" not in imported(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_contracts_name_every_subject_that_exists(subject: str):
    exists = (ROOT / "lib" / "qnpapers" / subject).is_dir()
    name = f"qnpapers.{subject}"
    siblings = next(layer for layer in CONTRACTS["direction"]["layers"] if "convac" in layer)
    assert name in siblings
    assert (f"({name})" in siblings) is not exists
    assert (name in CONTRACTS["plotting"]["source_modules"]) is exists
    assert (name in CONTRACTS["subjects"]["source_modules"]) is exists


def test_the_plotting_contract_covers_all_but_the_figures():
    package = ROOT / "lib" / "qnpapers"
    modules = {path.stem for path in package.glob("[a-z]*.py")}
    packages = {path.parent.name for path in package.glob("*/__init__.py")}
    covered = {name.partition(".")[2] for name in CONTRACTS["plotting"]["source_modules"]}
    assert covered == (modules | packages) - {"figures"}
