"""Records the bits of PyTorch's products, as a digest for each case: `OMP_NUM_THREADS=1 python -m
tests.oracle.record_products`, with a Python that has torch, on a processor of AMD's. Run by hand."""

from __future__ import annotations

import json
from pathlib import Path

from .product_cases import cases, digest, operands, product

TARGET = Path(__file__).parent / "facts" / "products.json"


def main() -> None:
    import torch

    found = {}
    for case in cases():
        tensors = {name: torch.from_numpy(array) for name, array in operands(case).items()}
        found[str(case)] = digest(product(torch, case, tensors).numpy())
    TARGET.write_text(json.dumps({"torch": torch.__version__, "bits": found}, indent=0) + "\n")


if __name__ == "__main__":
    main()
