"""The player in other people's pages: a frame, the element, and what both say and hear."""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from gradwalk.built import page_directory

TRACE = Path(__file__).parents[1] / "golden" / "lesson.trace.json"
LISTEN = """
<script>
  const heard = []
  addEventListener("message", ({ data }) => data?.gradwalk === 1 && heard.push(data))
  const say = (message) => frames[0].postMessage({ gradwalk: 1, ...message }, "*")
</script>
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Another site, served as files: its address and its folder."""
    # Browsers ask for it.
    (tmp_path / "favicon.ico").write_bytes(b"")
    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}", tmp_path
        served.shutdown()
        thread.join()


@pytest.fixture
def visitor(context: BrowserContext) -> Iterator[Page]:
    """A page of another site. A test fails if anything in it threw or logged an error."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"threw: {error}"))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    assert complaints == []


def counter(frame: FrameLocator, text: str) -> None:
    expect(frame.get_by_test_id("step-counter")).to_contain_text(text)


def heard(page: Page, kind: str) -> None:
    page.wait_for_function("kind => heard.some(({ type }) => type === kind)", arg=kind)


def test_a_frame_of_another_site_plays_a_lesson_and_talks(visitor: Page, server: str, site: tuple[str, Path]) -> None:
    address, folder = site
    fragment = "lesson=kinks&step=3&theme=dark&view=graph,sentence&controls=steps"
    frame_html = f'<iframe src="{server}/embed#{fragment}" width="900" height="600"></iframe>'
    (folder / "index.html").write_text(f"<!doctype html>{LISTEN}{frame_html}", encoding="utf-8")
    visitor.goto(address)
    frame = visitor.frame_locator("iframe")
    counter(frame, "step 3 of")
    expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
    expect(frame.get_by_test_id("listing")).to_have_count(0)
    expect(frame.get_by_test_id("run")).to_have_count(0)
    expect(frame.get_by_test_id("keep")).to_have_count(0)
    for kind in ("ready", "run", "step"):
        heard(visitor, kind)
    visitor.evaluate("say({ type: 'go', step: 5 })")
    counter(frame, "step 5 of")
    visitor.evaluate("say({ type: 'set', options: { theme: 'light', lang: 'zh' } })")
    expect(frame.locator("html")).to_have_attribute("lang", "zh-CN")
    visitor.evaluate("say({ type: 'go', step: 1e9 })")
    heard(visitor, "over")
    visitor.evaluate("say({ type: 'nonsense' }); frames[0].postMessage('go', '*')")
    # The code and its values are not told to whoever frames the player.
    assert not visitor.evaluate("JSON.stringify(heard)").count("torch")


@pytest.mark.parametrize(
    ("fragment", "said"), [("lesson=kings", "There is no lesson kings."), ("code=%25", "The link could not be read")]
)
def test_a_frame_whose_address_leads_nowhere_says_so_and_asks_the_server_nothing(
    fragment: str, said: str, visitor: Page, server: str, site: tuple[str, Path]
) -> None:
    address, folder = site
    frame_html = f'<iframe src="{server}/embed#{fragment}&lang=en" width="900" height="600"></iframe>'
    (folder / "index.html").write_text(f"<!doctype html>{LISTEN}{frame_html}", encoding="utf-8")
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.method))
    visitor.goto(address)
    heard(visitor, "failed")
    assert visitor.evaluate("heard.find(({ type }) => type === 'failed').reason") == "link"
    expect(visitor.frame_locator("iframe").get_by_text(said).first).to_be_visible()
    assert "POST" not in asked


def test_the_page_itself_is_not_framed(context: BrowserContext, server: str, site: tuple[str, Path]) -> None:
    address, folder = site
    (folder / "index.html").write_text(f'<iframe src="{server}/"></iframe>', encoding="utf-8")
    page = context.new_page()
    with page.expect_event("console", lambda message: "frame-ancestors" in message.text):
        page.goto(address)


def test_the_element_plays_a_trace_from_a_folder_without_a_server(visitor: Page, site: tuple[str, Path]) -> None:
    address, folder = site
    shutil.copytree(page_directory(), folder / "course" / "gradwalk")
    shutil.copy(TRACE, folder / "course" / "lesson.json")
    (folder / "course" / "index.html").write_text(
        """<!doctype html><script type="module" src="gradwalk/gradwalk-player.js"></script>
        <gradwalk-player src="lesson.json" step="7" theme="light" language="en" view="graph,sentence"
          style="height: 30rem"></gradwalk-player>
        <script>
          const heard = []
          for (const type of ["ready", "run", "step", "over"])
            document.addEventListener(type, ({ detail }) => heard.push(detail))
        </script>""",
        encoding="utf-8",
    )
    visitor.goto(f"{address}/course/")
    frame = visitor.frame_locator("gradwalk-player iframe")
    counter(frame, "step 7 of")
    heard(visitor, "run")
    element = visitor.locator("gradwalk-player")
    element.evaluate("player => player.setAttribute('step', '20')")
    counter(frame, "step 20 of")
    element.evaluate("player => player.setAttribute('theme', 'dark')")
    expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
    element.evaluate("player => player.go(1e9)")
    heard(visitor, "over")
    element.evaluate("async player => { player.trace = await (await fetch('lesson.json')).json() }")
    counter(frame, "step 20 of")


def test_a_frame_without_an_origin_shows_a_trace_it_is_given(
    visitor: Page, server: str, site: tuple[str, Path]
) -> None:
    address, folder = site
    shutil.copy(TRACE, folder / "lesson.json")
    frame = f'<iframe sandbox="allow-scripts" src="{server}/embed" width="900" height="600"></iframe>'
    (folder / "index.html").write_text(f"<!doctype html>{LISTEN}{frame}", encoding="utf-8")
    visitor.goto(address)
    heard(visitor, "ready")
    visitor.evaluate("async () => say({ type: 'open', title: '', trace: await (await fetch('lesson.json')).json() })")
    heard(visitor, "run")
    counter(visitor.frame_locator("iframe"), "step 2 of")


def test_a_sandboxed_frame_as_course_pages_write_it_runs_a_lesson(
    visitor: Page, server: str, site: tuple[str, Path]
) -> None:
    address, folder = site
    frame = f'<iframe sandbox="allow-scripts allow-same-origin" src="{server}/embed#lesson=ties"></iframe>'
    (folder / "index.html").write_text(f"<!doctype html>{LISTEN}{frame}", encoding="utf-8")
    visitor.goto(address)
    counter(visitor.frame_locator("iframe"), "step 2 of")


NOTION = (
    "allow-scripts allow-popups allow-top-navigation-by-user-activation allow-forms allow-same-origin "
    "allow-storage-access-by-user-activation allow-popups-to-escape-sandbox"
)


def test_a_frame_runs_as_moodle_and_notion_make_it(visitor: Page, server: str, site: tuple[str, Path]) -> None:
    address, folder = site
    # Notion asks a service that asks /oembed what an address is, and frames what the answer frames.
    asked = httpx.get(f"{server}/oembed", params={"url": f"{server}/embed#lesson=ties", "format": "json"})
    (framed,) = re.findall(r'src="([^"]+)"', asked.json()["html"])
    # Moodle's filter leaves these attributes of a frame; a site's policy says whom pages may frame, and no script runs.
    policy = f"<meta http-equiv='Content-Security-Policy' content=\"script-src 'none'; frame-src {server}\">"
    frames = {
        "notion": f'<iframe src="{framed}" sandbox="{NOTION}" style="width: 100%; height: 30rem"></iframe>',
        "moodle": f'{policy}<p><iframe src="{server}/embed#lesson=ties" width="900" height="500"></iframe></p>',
    }
    for name, frame in frames.items():
        (folder / f"{name}.html").write_text(f"<!doctype html>{frame}", encoding="utf-8")
        visitor.goto(f"{address}/{name}.html")
        counter(visitor.frame_locator("iframe"), "step 2 of")


def test_what_the_document_says_to_paste_works_as_pasted(visitor: Page, server: str, site: tuple[str, Path]) -> None:
    address, folder = site
    document = (Path(__file__).parents[2] / "docs" / "embedding.md").read_text(encoding="utf-8")
    frame_html, element_html = re.findall(r"```html\n(.*?)```", document, re.DOTALL)
    script = re.findall(r"(?<!-->\n)```js\n(.*?)```", document, re.DOTALL)[0]
    shutil.copytree(page_directory(), folder / "gradwalk")
    shutil.copy(TRACE, folder / "lesson.json")
    (folder / "element.html").write_text(f"<!doctype html>{element_html}", encoding="utf-8")
    visitor.goto(f"{address}/element.html")
    counter(visitor.frame_locator("gradwalk-player iframe"), "step 7 of")
    said = f"""const frame = document.querySelector("iframe")
        addEventListener("message", ({{ data }}) => data.type !== "run" || go())
        const go = () => {{ {script} }}"""
    (folder / "frame.html").write_text(
        f"<!doctype html>{frame_html}<script>{said}</script>".replace("https://gradwalk.example", server),
        encoding="utf-8",
    )
    visitor.goto(f"{address}/frame.html")
    counter(visitor.frame_locator("iframe"), "step 5 of")


def test_a_step_that_is_asked_for_before_the_run_is_there_is_gone_to_then(
    visitor: Page, server: str, site: tuple[str, Path]
) -> None:
    address, folder = site
    shutil.copytree(page_directory(), folder / "gradwalk")
    shutil.copy(TRACE, folder / "lesson.json")
    frame = f'<iframe src="{server}/embed#lesson=kinks&step=2" width="900" height="600"></iframe>'
    # As soon as it listens: the lesson has not been fetched then, let alone run.
    asked = """<script>
        addEventListener("message", ({ data }) => data.type === "ready" && say({ type: "go", step: 4 }))
    </script>"""
    (folder / "frame.html").write_text(f"<!doctype html>{LISTEN}{asked}{frame}", encoding="utf-8")
    visitor.goto(f"{address}/frame.html")
    counter(visitor.frame_locator("iframe"), "step 4 of")
    (folder / "element.html").write_text(
        """<!doctype html><script type="module">
            import "./gradwalk/gradwalk-player.js"
            document.querySelector("gradwalk-player").go(9)
        </script><gradwalk-player src="lesson.json" language="en" style="height: 30rem"></gradwalk-player>""",
        encoding="utf-8",
    )
    visitor.goto(f"{address}/element.html")
    counter(visitor.frame_locator("gradwalk-player iframe"), "step 9 of")
