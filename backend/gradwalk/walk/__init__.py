"""Gradwalk from Python: run code, and look at what happened as objects, arrays and pictures."""
