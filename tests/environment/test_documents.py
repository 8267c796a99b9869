"""What the documents say can be done: links lead somewhere, commands exist, examples run."""

import re
import shlex
from pathlib import Path

import nbformat
import pytest
from pybtex.database import parse_file

from qnpapers import cli

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *BOOK.rglob("*.md")])
NOTEBOOKS = sorted(path for path in BOOK.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):(?!=)", MAKEFILE, flags=re.MULTILINE))
KEYS = set(parse_file(BOOK / "references.bib").entries)


def prose(path: Path) -> str:
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def commands(path: Path) -> list[str]:
    """Lines of console blocks that begin with a prompt, without comments."""
    blocks = re.findall(r"```console\n(.*?)```", prose(path), flags=re.DOTALL)
    lines = "".join(blocks).splitlines()
    return [line[2:].partition(" # ")[0].strip() for line in lines if line.startswith("$ ")]


COMMANDS = [(name_of(path), command) for path in DOCUMENTS for command in commands(path)]


def test_no_two_things_in_the_book_have_one_name():
    """Anchors, figures and terms of the glossary share one space of names."""
    names = []
    for path in [*BOOK.rglob("*.md"), *NOTEBOOKS]:
        names += re.findall(r"^\(([\w-]+)\)=$", prose(path), flags=re.MULTILINE)
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, as_version=4).cells:
            names += filter(None, [cell.metadata.get("mystnb", {}).get("figure", {}).get("name")])
    conventions = (BOOK / "conventions.md").read_text(encoding="utf-8")
    for glossary in re.findall(r"```{glossary}\n(.*?)```", conventions, flags=re.DOTALL):
        for line in re.findall(r"^\w.*", glossary, flags=re.MULTILINE):
            names += line.split(", ")
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("path", [*DOCUMENTS, *NOTEBOOKS], ids=name_of)
def test_links_to_files_lead_somewhere(path: Path):
    links = re.findall(r"\]\(([^)\s]+)\)", prose(path))
    files = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in files if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", [*DOCUMENTS, *NOTEBOOKS], ids=name_of)
def test_links_to_pages_lead_somewhere(path: Path):
    text = prose(path)
    pages = re.findall(r"\{doc\}`(?:[^`<]*<)?([^`>]+)>?`", text)
    pages += re.findall(r":link: (\S+)\n:link-type: doc", text)
    missing = [
        page
        for page in pages
        if not any((path.parent / f"{page}{suffix}").exists() for suffix in (".md", ".ipynb"))
    ]
    assert missing == []


@pytest.mark.parametrize("path", [*DOCUMENTS, *NOTEBOOKS], ids=name_of)
def test_cited_works_are_in_the_bibliography(path: Path):
    cited = re.findall(r"\{cite:?[a-z]*\}`([^`]+)`", prose(path))
    assert {key.strip() for keys in cited for key in keys.split(",")} <= KEYS


def test_documents_were_found():
    assert {"README.md", "book/intro.md", "book/ledger.md"} <= {name_of(path) for path in DOCUMENTS}
    assert ("README.md", "make book") in COMMANDS
    assert ("README.md", "make test") in COMMANDS


@pytest.mark.parametrize(("document", "command"), COMMANDS)
def test_commands_exist(document: str, command: str):
    program, *arguments = shlex.split(command)
    match Path(program).name:
        case "make":
            assert set(arguments) <= TARGETS
        case "qnpapers":
            assert cli._parser().parse_args(arguments).func
        case "papermill":
            chapter = next(word for word in arguments if word.endswith(".ipynb"))
            assert (ROOT / chapter).exists()
        case other:
            assert other in {"pre-commit", "pip"}, document


def test_a_command_that_does_not_exist_would_be_seen(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        cli._parser().parse_args(["claims", "check", "--profil-of", "smoke"])
    assert "unrecognized arguments" in capsys.readouterr().err


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_make_targets_named_in_sentences_exist(document: str):
    named = re.findall(r"`make ([a-z]+)`", (ROOT / document).read_text(encoding="utf-8"))
    assert named
    assert set(named) <= TARGETS


def test_the_example_of_the_readme_runs():
    [example] = re.findall(r"```python\n(.*?)```", prose(ROOT / "README.md"), flags=re.DOTALL)
    *setup, cut, rank = [s for s in example.splitlines() if s and not s.startswith("#")]
    names: dict[str, object] = {}
    exec("\n".join(setup), names)
    assert eval(cut, names) == eval(rank, names) > 1
