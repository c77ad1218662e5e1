"""Takes the pictures of `docs/` from the scenes that `make scenes` has just made: `make pictures`."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

from PIL import Image

ROOT = Path(__file__).parents[1]
SCENES, DOCS = ROOT / "build" / "scenes", ROOT / "docs" / "pictures"
SHOWN = {
    "compare": "two-runs",
    "error": "error-rewrapping-cuts",
    "grad_fn": "grad-fn",
    "legend": "legend",
    "predict": "reveal",
    "second-order": "second-order",
    "several-files": "several-files",
    "what-if": "what-if",
    "why": "why-nan",
}
"""The scene, in a laptop's window, that a picture shows."""


def main() -> None:
    """Write each picture anew."""
    for name, scene in SHOWN.items():
        with Image.open(SCENES / f"{scene}-laptop.png") as picture:
            picture.convert("RGB").save(DOCS / f"{name}.webp", quality=80, method=6)
    for size in ("laptop", "projector", "phone"):
        copyfile(SCENES / f"scenes-{size}.webp", DOCS / f"scenes-{size}.webp")


if __name__ == "__main__":
    main()
