"""Both engines on the same programs: the trace of Gradwalk's own beside the trace of PyTorch itself.

`make torch-check TORCH_PYTHON=...` runs all programs of the oracle on both and counts what is equal (`__main__.py`);
`differing.toml` names the causes that are known. `python -m tests.oracle.engines.record` writes the traces of a few
lessons by PyTorch to `facts/traces.json`, which `make test` compares without PyTorch.
"""
