"""How Gradwalk does on snippets that nobody here wrote: documentation and courses, run unchanged beside PyTorch.

Nothing of theirs is kept in this repository. `docstrings.py` takes the examples out of an installed PyTorch,
`readers.py` the cells out of folders of notebooks, Markdown, reStructuredText and scripts; `player.py` runs them,
`judge.py` says what counts and what agrees, `__main__.py` prints the tables of `docs/third-party-sources.md`.
`suites.py` runs libraries' own tests instead, each with `suite.py` for a plugin of pytest's.
"""
