"""Scripts that a browser test opens as a person would, and runs."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Page, expect


def open_script(page: Page, code: str) -> None:
    """Opens a script as a file."""
    page.get_by_test_id("open-file").set_input_files(
        FilePayload(name="script.py", mimeType="text/x-python", buffer=code.encode())
    )


def run_script(page: Page, code: str) -> None:
    """Opens a script as a file, runs it and waits for its picture."""
    open_script(page, code)
    page.get_by_test_id("run").click()
    page.locator("[data-node]").first.wait_for()
    expect(page.get_by_test_id("run")).to_have_attribute("data-running", "false")


def play_script(page: Page, code: str) -> None:
    """Runs a script and goes to its end."""
    run_script(page, code)
    page.get_by_test_id("step-last").click()
