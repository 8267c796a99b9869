"""Every chapter of the book: its form, its parameters' help, and a run at other parameters."""

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import nbformat
import papermill
import pytest

from notebooks.small_chapters import COMMAND
from qnpapers.notebooks import recorded
from qnpapers.notebooks.canonical import canonical_text
from qnpapers.notebooks.project import Chapter, find_project

PROJECT = find_project(Path(__file__))
NAMES = [chapter.name for chapter in PROJECT.chapters]
LONGEST_CELL = 25

# Values other than the defaults, at which every chapter must run, and in about the same time.
OTHER_PARAMETERS = {
    "convac/01_wave_function": {"sites": 32},
    "convac/02_tensor_network": {"sites": 8, "channels": 3},
    "convac/03_entanglement_and_cuts": {"sites": 8, "width": 3},
    "convac/04_lower_bound": {"sites": 4, "widest": 8, "draws": 50},
    "convac/05_where_equality_fails": {"widest": 3, "shared_widest": 4, "largest_side": 6},
    "convac/06_layers_and_distances": {"sites": 8, "local_dim": 3, "r": 20, "places": 20},
    "convac/07_depth_and_width": {"sites": 8, "largest": 64, "width": 3, "draws": 10},
    "convac/08_rank_is_not_entropy": {"draws": 10, "largest": 64, "widest": 8, "few": 4},
    "convac/09_wide_base_wide_tip": {"side": 16, "width": 2, "pairs": 3, "steps": 20},
    "convac/10_what_training_uses": {"channels": 4, "trainings": 1, "steps": 40, "images": 100},
    "convac/11_overlaps_and_recurrence": {"largest": 6, "kernel": 2, "longest": 6, "width": 3},
    "spinnet/01_recoupling": {"largest_colour": 3, "level": 6, "samples": 100},
    "spinnet/02_honeycomb": {"digits": 200, "shown": 3},
    "spinnet/03_tqft": {"level": 6, "moves": 10},
    "spinnet/04_scalar_product": {"largest_side": 6, "most_cycles": 3, "levels": [5, 7]},
    "spinnet/05_semiclassical": {"spin": 50, "boost": 2.0, "node_spin": 10},
    "spinnet/06_perceptron": {"digits": 300, "one_class": 7, "hidden": 6, "slices": 8},
    "spinnet/07_classifier": {"folds": 3, "side": 7, "draws": 2},
    "spinnet/08_topology": {"digits": 500, "ink_from": 0.45, "holes": [[2, 5], [7, 4]]},
    "spinnet/09_dictionary": {"digits": 300, "evaluated": 100, "level": 7, "gates": 500},
    "emergent/01_hidden_and_trainable": {"beta": 2.0, "bias": -0.3, "narrow": 0.2},
    "emergent/02_learning_as_diffusion": {"learners": 20_000, "decay": 1.0, "start": -1.0},
    "emergent/03_stationary_entropy_production": {"lam": 1.2, "diffusion": 0.4, "width": 0.7},
    "emergent/04_two_forms": {"quanta": 0.6, "sharpness": 5.0, "depth": 0.4, "offset": 0.9},
    "emergent/05_neuron_pump": {"beta": 0.8, "mu": 0.4, "store": 4, "chains": 16},
    "emergent/06_planck_constant": {"hbar": 0.3, "windings": 3, "depth": 0.5},
    "emergent/07_superposition": {"mu": 4.0, "radius": 2.0, "order": 3, "after": 1.4},
    "emergent/08_limits": {"walkers": 3000, "slits": 2.0, "coupling": 0.5, "kick": 4.0},
    "emergent/09_beyond": {"hidden": 6, "batch": 32, "steps": 3000, "copies": 4},
}

every_chapter = pytest.mark.parametrize("name", NAMES)


@cache
def _chapter(name: str) -> Chapter:
    return PROJECT.find(name)


@cache
def _notebook(name: str) -> nbformat.NotebookNode:
    return _chapter(name).read()


def _code(name: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in _notebook(name).cells if cell.cell_type == "code"]


def test_the_first_three_chapters_are_there() -> None:
    assert NAMES[:3] == list(OTHER_PARAMETERS)[:3]


@every_chapter
def test_stored_chapter_is_canonical(name: str) -> None:
    assert canonical_text(_notebook(name)) == _chapter(name).path.read_text(encoding="utf-8"), (
        f"qnpapers chapters refresh {name} stores it"
    )


@every_chapter
def test_outputs_are_stored_and_hold_nothing_of_this_machine(name: str) -> None:
    assert any(cell.outputs for cell in _code(name))
    text = json.dumps([cell.outputs for cell in _code(name)])
    assert str(PROJECT.root) not in text
    assert str(Path.home()) + "/" not in text
    assert "/tmp/ipykernel" not in text


@every_chapter
def test_parameters_stand_second_and_the_next_cell_requires_each(name: str) -> None:
    _, parameters, checks, *_ = _code(name)
    assert parameters.metadata.tags == ["parameters"]
    declared = _chapter(name).parameters()
    assert "seed" in declared or "rng" not in "".join(cell.source for cell in _code(name))
    unchecked = [one for one in declared if f"require({one}={one})" not in checks.source]
    assert unchecked == []


@every_chapter
def test_results_are_recorded(name: str) -> None:
    assert recorded(_notebook(name))


@every_chapter
def test_no_cell_is_long(name: str) -> None:
    long = [cell.source for cell in _code(name) if len(cell.source.splitlines()) > LONGEST_CELL]
    assert long == []


@every_chapter
def test_it_begins_with_a_title_and_no_cell_is_empty(name: str) -> None:
    first = _notebook(name).cells[0]
    assert first.cell_type == "markdown"
    assert re.match(r"(\([a-z0-9-]+\)=\s+)?# ", first.source)
    assert all(cell.source.strip() for cell in _notebook(name).cells)


@every_chapter
def test_papermill_explains_every_parameter(name: str) -> None:
    found = papermill.inspect_notebook(_chapter(name).path)
    declared = _chapter(name).parameters()
    assert {one: (it["inferred_type_name"], it["help"]) for one, it in found.items()} == {
        one.name: (one.type, one.meaning) for one in declared.values()
    }
    assert all(it["default"] for it in found.values())


@every_chapter
def test_help_notebook_prints_type_default_and_meaning(name: str) -> None:
    command = [sys.executable, "-m", "papermill", "--help-notebook", str(_chapter(name).path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    words = " ".join(done.stdout.split())
    for one in _chapter(name).parameters().values():
        assert f"{one.name}: {one.type} (default " in words
        assert one.meaning in words


def test_every_chapter_has_other_parameters() -> None:
    assert sorted(OTHER_PARAMETERS) == sorted(NAMES)


@every_chapter
def test_other_parameters_are_no_defaults(name: str) -> None:
    declared = _chapter(name).parameters()
    assert OTHER_PARAMETERS[name]
    for parameter, value in OTHER_PARAMETERS[name].items():
        assert value != declared[parameter].default


@pytest.mark.chapters
def test_papermill_runs_a_chapter_at_other_parameters(tmp_path: Path) -> None:
    name, *_ = NAMES
    given = [word for p in OTHER_PARAMETERS[name].items() for word in ("-p", *map(str, p))]
    notebook, out = str(_chapter(name).path), tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", notebook, str(out), *given]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    results = recorded(nbformat.read(out, as_version=4))
    assert results.keys() == recorded(_notebook(name)).keys()
    assert results != recorded(_notebook(name))


@pytest.mark.chapters
@pytest.mark.parametrize("name", NAMES[1:])
def test_a_chapter_runs_at_other_parameters(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"
    (tmp_path / "other.yml").write_text(json.dumps(OTHER_PARAMETERS[name]))
    command = [*COMMAND, "run", name, "-y", str(tmp_path / "other.yml"), "-o", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT.root)
    assert done.returncode == 0, done.stdout
    record = json.loads(out.with_suffix(".json").read_text())
    assert record["status"] == "completed"
    assert record["recorded"].keys() == recorded(_notebook(name)).keys()
    assert record["recorded"] != recorded(_notebook(name))


@pytest.mark.chapters
def test_a_wrong_value_stops_papermill_with_one_readable_error(tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"
    notebook = str(_chapter("convac/01_wave_function").path)
    command = [sys.executable, "-m", "papermill", notebook, str(out), "-p", "sites", "3"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ParameterError: sites = 3: must be a power of 2")
    executed = [cell for cell in nbformat.read(out, as_version=4).cells if cell.get("outputs")]
    assert len(executed[-1].outputs[-1].traceback) == 1
    ran = [cell for cell in nbformat.read(out, as_version=4).cells if cell.get("execution_count")]
    assert len(ran) <= 4 + 1  # imports, parameters, the injected ones, the checks
