"""Workflows and hooks: they parse, ask for little, and call only what exists."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from qnpapers import cli

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PRE_COMMIT = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
HOOKS = [hook for repo in PRE_COMMIT["repos"] for hook in repo["hooks"]]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):(?!=)", MAKEFILE, flags=re.MULTILINE))


def read(path: Path) -> dict:
    return yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # keeps `on` a string


def steps(path: Path) -> list[dict]:
    return [step for job in read(path)["jobs"].values() for step in job["steps"]]


def name_of(path: Path) -> str:
    return path.name


def test_the_three_workflows_are_there():
    assert [path.name for path in WORKFLOWS] == ["book.yml", "papermill.yml", "tests.yml"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_workflows_only_read(path: Path):
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in workflow["jobs"].values())
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_actions_are_pinned_by_major_version(path: Path):
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", action) for action in used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_scripts_contain_no_expressions(path: Path):
    assert all("${{" not in step.get("run", "") for step in steps(path))


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_scripts_call_what_exists(path: Path):
    lines = [line for step in steps(path) for line in step.get("run", "").splitlines()]
    assert lines
    for line in lines:
        program, *arguments = shlex.split(line)
        match program:
            case "make":
                assert set(arguments) <= TARGETS
            case "bash":
                assert (ROOT / arguments[0]).exists()
            case ".venv/bin/qnpapers":
                words = ["smoke" if word == "$PROFILE" else word for word in arguments]
                assert cli._parser().parse_args(words).func
            case _:
                assert program in {"git", "printf"}


def test_tests_run_on_the_oldest_and_a_new_python():
    [job] = read(ROOT / ".github/workflows/tests.yml")["jobs"].values()
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.13"]


def test_papermill_is_started_by_hand_with_inputs():
    trigger = read(ROOT / ".github/workflows/papermill.yml")["on"]
    assert trigger.keys() == {"workflow_dispatch"}
    assert trigger["workflow_dispatch"]["inputs"].keys() == {"chapter", "parameters", "profile"}


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_hooks_use_the_tools_of_the_environment(hook: dict):
    assert {repo["repo"] for repo in PRE_COMMIT["repos"]} == {"local"}
    assert hook["language"] == "system"
    assert hook["entry"].startswith(".venv/bin/")
    assert (ROOT / hook["entry"].split()[0]).exists() or not (ROOT / ".venv").exists()
