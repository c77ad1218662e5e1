"""A module for each form that a trace is given out in."""
