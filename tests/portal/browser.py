"""A real portal, started by its own command, and a real browser in front of it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    None,
)
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]
ADDRESS = re.compile(r"http://[0-9.]+:\d+")


@pytest.fixture(scope="session")
def portal() -> Iterator[str]:
    """The address of a portal with an empty store, on a free port."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benelux.cli", "up", "--port", "0", "--data", folder]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "BENELUX_LANGUAGE": "en"}
        log = Path(folder) / "log.txt"
        with (
            log.open("w") as errors,
            subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
            ) as process,
        ):
            assert process.stdout is not None
            found = None
            for line in process.stdout:
                found = ADDRESS.search(line)
                if found:
                    break
            assert found, f"the portal did not start: {log.read_text()}"
            yield found[0]
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0


# For one module and no longer: while it runs no other test can start an event loop of its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
