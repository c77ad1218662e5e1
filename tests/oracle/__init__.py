"""What the engine is held against: facts recorded from PyTorch, and the programs they come from.

`programs/` holds the programs, `facts/` what PyTorch did with each (`python -m tests.oracle.record` writes them anew).
The tests here run the programs of the engine's core under the facade, in a process of its own, and compare field by
field; `make conformance` scores all programs and compares live where PyTorch is installed. A new case costs its text
in a file of `programs/` and one run of the recorder; a family of ops joins the core when its name leaves `needs`.
"""
