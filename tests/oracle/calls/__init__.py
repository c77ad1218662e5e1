"""Calls with an argument of a wrong or an unusual kind, and whether PyTorch takes them.

`compare.py` makes them from the calls in `bases.txt`. `facts/calls.json` has some and what became of each;
`record.py`, run by hand with real PyTorch, writes that down. The names in them are those of `answers.PRELUDE`.
"""
