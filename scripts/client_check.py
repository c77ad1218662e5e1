"""Has a well-known generator make a client from the API's description, and runs the lesson with it, on a real server.

The generator and what its clients need are installed beside the project, into `build/client`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "client"
GENERATOR = "openapi-python-client==0.29.1"
PYTHON = WORK / "venv" / "bin" / "python"

LESSON = '''
import sys
from made import Client
from made.api.default import create_snippet, create_trace, delete_snippet, get_frame, get_snippet, get_trace
from made.models import CreateTraceLevel, Digest, Problem, SourceRequest, State, Trace
from made.types import UNSET

CODE = """import torch
x = torch.arange(4.0, requires_grad=True)
y = 2 * torch.dot(x, x)
y.backward()
x.grad
"""
client = Client(base_url=sys.argv[1])
answer = create_trace.sync_detailed(client=client, body=SourceRequest(source=CODE))
trace = answer.parsed
assert isinstance(trace, Trace), trace
assert trace.cells[0].outputs[0].text == "tensor([ 0.,  4.,  8., 12.])"
name = answer.headers["location"].rpartition("/")[2]
assert get_trace.sync(name, client=client) == trace
assert isinstance(get_frame.sync(name, "-1", client=client), State)
said = create_trace.sync(client=client, body=SourceRequest(source=CODE), level=CreateTraceLevel.SUMMARY)
assert isinstance(said, Digest) and said.tensors[0].grad == [0, 4, 8, 12], said
put = create_snippet.sync(client=client, body=SourceRequest(source=CODE))
assert get_snippet.sync(put.id, client=client).cells[0].source == CODE
problem = delete_snippet.sync(put.id, client=client)
assert isinstance(problem, Problem) and problem.status == 401, problem
print("The generated client ran the lesson: x.grad is", said.tensors[0].grad)
'''


def main() -> None:
    """Install, generate, run."""
    if not PYTHON.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        _run(sys.executable, "-m", "venv", str(WORK / "venv"))
        _run(str(PYTHON), "-m", "pip", "install", "--quiet", GENERATOR)
    described = subprocess.run([sys.executable, "-c", _DESCRIBE], check=True, capture_output=True, text=True).stdout
    (WORK / "openapi.json").write_text(described, encoding="utf-8")
    generator = str(WORK / "venv" / "bin" / "openapi-python-client")
    _run(generator, "generate", "--path", "openapi.json", "--output-path", "made", "--meta", "none", "--overwrite")
    serve = [sys.executable, "-m", "gradwalk", "serve", "--port", "0"]
    environment = {**os.environ, "GRADWALK_DATABASE": "sqlite://"}
    with subprocess.Popen(serve, stderr=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stderr is not None
            address = next(found.group() for line in server.stderr if (found := re.search(r"http://[\d.]+:\d+", line)))
            _run(str(PYTHON), "-c", LESSON, address)
        finally:
            server.terminate()


_DESCRIBE = """
import json
from pathlib import Path
from gradwalk.api import Settings, create_app
from gradwalk.sandbox.forkserver import ForkServerExecutor
print(json.dumps(create_app(Settings(page=Path(), database="sqlite://"), ForkServerExecutor()).openapi()))
"""


def _run(*command: str) -> None:
    subprocess.run(command, check=True, cwd=WORK)


if __name__ == "__main__":
    main()
