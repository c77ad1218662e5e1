"""Where snippets run: a fork server apart from the web process, and one forked child a run, which has no rights.

``executor`` is the seam that the rest of the server knows; ``forkserver`` is this side of the local implementation;
``zygote``, ``children``, ``child`` and ``fences`` are the other side and load no web framework.
"""
