"""Calls with an argument of a wrong or an unusual kind, and whether PyTorch takes them.

`facts/calls.json` has the calls, made by putting other values into calls that work, and what became of each;
`record.py`, run by hand with real PyTorch, writes that down. The names in them are those of `answers.PRELUDE`.
"""
