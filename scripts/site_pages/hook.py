"""What mkdocs calls: adds the pages that are written from the code, and leads links out of docs/ to the site."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from site_pages import ops, routes, trace  # noqa: E402

PROJECT = {"ARCHITECTURE.md": "architecture", "SECURITY.md": "security", "CHANGELOG.md": "changelog"}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the reference and the project's own documents."""
    pages = {**ops.pages(), **routes.pages(), **trace.pages()}
    for name, page in PROJECT.items():
        pages[f"project/{page}.md"] = inside((ROOT / name).read_text(encoding="utf-8"))
    for path, content in pages.items():
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links of pages in docs/ to files above it."""
    up = "../" * page.file.src_uri.count("/")
    return re.sub(r"\[([^\]]+)\]\((?:\.\./)+([^)#]+?)\)", lambda link: leaving(link, up), markdown)


def leaving(link: re.Match[str], up: str) -> str:
    """A link to a document that the site has under project/, the name alone of what it does not have."""
    label, target = link[1], link[2]
    if target in PROJECT:
        return f"[{label}]({up}project/{PROJECT[target]}.md)"
    return link[0] if (ROOT / "docs" / target).exists() else f"{label} (`{target}`)"


def inside(text: str) -> str:
    """A document of the root as a page under project/: its links into docs/ and to its neighbours."""
    text = re.sub(r"\]\(docs/", "](../", text)
    for name, page in PROJECT.items():
        text = text.replace(f"]({name})", f"]({page}.md)")
    return text
