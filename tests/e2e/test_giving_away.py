"""The menu that gives a run away: a frame for another page, and files in the forms that the server has."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from gradwalk.export import FORMATS
from tests.e2e.conftest import Shot
from tests.e2e.scripts import play_script

CODE = "import torch\nx = torch.tensor([2., 3.], requires_grad=True)\n(x * x).sum().backward()\nx.grad\n"


def open_menu(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Link")).click()
    expect(page.get_by_test_id("embed-link")).to_have_value(re.compile("<iframe"))


def test_the_frame_shows_what_was_on_screen(page: Page, context: BrowserContext, shot: Shot) -> None:
    play_script(page, CODE)
    sentence = page.get_by_test_id("sentence").inner_text()
    open_menu(page)
    shot("menu")
    frame = page.get_by_test_id("embed-link").input_value()
    other = context.new_page()
    other.set_content(frame)
    expect(other.frame_locator("iframe").get_by_test_id("sentence")).to_have_text(sentence)


def test_the_run_is_downloaded_in_a_form_of_the_server(page: Page, tmp_path: Path) -> None:
    play_script(page, CODE)
    open_menu(page)
    forms = page.get_by_test_id("download-form")
    expect(forms.locator("option")).to_have_count(len(FORMATS) + 1)
    expect(forms).to_have_value("html")
    with page.expect_download() as coming:
        page.get_by_test_id("download").click()
    path = tmp_path / coming.value.suggested_filename
    coming.value.save_as(path)
    assert path.suffix == ".html"
    assert "(x * x).sum().backward()" in path.read_text(encoding="utf-8")
    forms.select_option("trace")
    with page.expect_download() as coming:
        page.get_by_test_id("download").click()
    coming.value.save_as(tmp_path / "trace.json")
    assert json.loads((tmp_path / "trace.json").read_text(encoding="utf-8"))["schema_version"] == 1
