"""Records how IPython lays values out: `python -m tests.oracle.record_echo`, with IPython installed.

Any IPython of the last years will do: the layout has not changed since version 7.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.oracle.echo_cases import EXPRESSIONS, NAMESPACE

FACTS = Path(__file__).parent / "facts" / "echo.json"


def main() -> None:
    """Write the facts anew."""
    import IPython
    from IPython.lib.pretty import pretty

    texts = {expression: pretty(eval(expression, dict(NAMESPACE))) for expression in EXPRESSIONS}
    facts = {"recorded_from": f"IPython {IPython.__version__}", "texts": texts}
    FACTS.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
