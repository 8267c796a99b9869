"""pyproject.toml, requirements.lock and environment.yml describe one environment."""

import importlib.metadata
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from rattler import MatchSpec, Version, VersionSpec
from rattler.exceptions import InvalidMatchSpecError

ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ("3.11", "3.12", "3.13")
ADDRESS = re.compile(r"://|\bfile:|@\s*\S*/|--(extra-)?index-url|--find-links|-[if]\s")


@dataclass(frozen=True)
class Pin:
    """One entry of the lock."""

    name: str
    version: str
    marker: Marker | None
    hashes: tuple[str, ...]

    def applies(self, python: str = "") -> bool:
        """True on this machine or, where a Python is named, on this machine with that one."""
        other = {"python_version": python, "python_full_version": f"{python}.9"} if python else {}
        return self.marker is None or self.marker.evaluate(other)


def parse_lock(text: str) -> Iterator[Pin]:
    """The entries of a requirements file; fails on a line that is not an exact, hashed pin."""
    for line in text.replace("\\\n", " ").splitlines():
        if line.lstrip().startswith("#") or not line.strip():
            continue
        requirement, *hashes = re.split(r"\s+--hash=", line.strip())
        parsed = Requirement(requirement)
        [specifier] = parsed.specifier
        assert specifier.operator == "==", f"{line}: not an exact pin"
        name = canonicalize_name(parsed.name)
        yield Pin(name, specifier.version, parsed.marker, tuple(hashes))


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK_TEXT = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCK = tuple(parse_lock(LOCK_TEXT))
ENVIRONMENT_TEXT = (ROOT / "environment.yml").read_text(encoding="utf-8")
ENVIRONMENT = yaml.safe_load(ENVIRONMENT_TEXT)
CONDA = [entry for entry in ENVIRONMENT["dependencies"] if isinstance(entry, str)]
DIRECT = [
    *PROJECT["project"]["dependencies"],
    *(entry for extra in PROJECT["project"]["optional-dependencies"].values() for entry in extra),
    *PROJECT["build-system"]["requires"],
]


def without_comments(text: str) -> str:
    return re.sub(r"(^|\s)#.*", "", text)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("entry", DIRECT)
def test_every_direct_dependency_is_locked_within_its_specifier(entry: str, python: str):
    requirement = Requirement(entry)
    name = canonicalize_name(requirement.name)
    versions = [pin.version for pin in LOCK if pin.name == name and pin.applies(python)]
    assert len(versions) == 1, f"{name} has {len(versions)} pins for Python {python}"
    assert requirement.specifier.contains(versions[0], prereleases=True)


@pytest.mark.parametrize("pin", LOCK, ids=lambda pin: f"{pin.name}-{pin.version}")
def test_every_pin_has_hashes(pin: Pin):
    assert pin.hashes
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in pin.hashes)


@pytest.mark.parametrize("text", [LOCK_TEXT, ENVIRONMENT_TEXT], ids=["lock", "environment"])
def test_no_addresses(text: str):
    assert not ADDRESS.search(without_comments(text))


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple",
        "--find-links wheels",
        "-i somewhere",
        "pip @ file:///wheels/pip.whl",
        "numpy @ git+ssh://example.org/numpy",
    ],
)
def test_addresses_would_be_seen(line: str):
    assert ADDRESS.search(line)


def test_the_installed_packages_are_the_locked_ones():
    expected = {pin.name: pin.version for pin in LOCK if pin.applies()}
    found = {name: importlib.metadata.version(name) for name in expected}
    assert found == expected


def test_conda_supplies_python_and_pip_only():
    names = [str(MatchSpec(entry)).split()[0] for entry in CONDA]
    assert names == ["python", "pip"]
    assert ENVIRONMENT["channels"] == ["conda-forge", "nodefaults"]


def test_python_of_conda_is_allowed_by_pyproject_and_seen_by_binder():
    spec = MatchSpec(CONDA[0])
    # repo2docker recognises only "python=X.Y"; otherwise it builds on its own default Python.
    found = re.fullmatch(r"python\s*=+\s*([\d.]*)", CONDA[0])
    assert found
    version = found[1]
    assert version in PYTHONS
    assert VersionSpec(spec.version).matches(Version(f"{version}.9"))
    assert not VersionSpec(spec.version).matches(Version("3.10.9"))
    assert SpecifierSet(PROJECT["project"]["requires-python"]).contains(f"{version}.9")


def test_a_broken_match_spec_would_be_seen():
    with pytest.raises(InvalidMatchSpecError, match="version spec"):
        MatchSpec("python==>3")


def test_pip_installs_the_lock_and_nothing_beside_it():
    # pip refuses requirements without hashes beside hashed ones, so nothing else may stand here.
    [pip] = [entry["pip"] for entry in ENVIRONMENT["dependencies"] if isinstance(entry, dict)]
    assert pip == ["-r requirements.lock"]


def test_post_build_installs_this_package_without_its_dependencies():
    script = ROOT / "postBuild"
    assert os.access(script, os.X_OK)
    command = script.read_text(encoding="utf-8").splitlines()[-1].split()
    assert command[-4:] == ["--no-build-isolation", "--no-deps", "--editable", "."]
    assert "./postBuild" in ENVIRONMENT_TEXT
