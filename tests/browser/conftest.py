"""The built book, and one Chromium that looks at it from the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",  # it may run as root, and it reads only our own pages
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser; `make browser` asks for it."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def html(root: Path) -> Path:
    """The folder of the built pages."""
    folder = root / "_build" / "html"
    if not (folder / "index.html").exists():
        pytest.fail(f"there is no book in {folder}: make book builds it")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as the system installed it."""
    paths = [path for path in map(shutil.which, NAMES) if path]
    if not paths:
        pytest.fail(f"none of {', '.join(NAMES)} is installed")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=paths[0], args=ARGUMENTS)
        yield running
        running.close()
