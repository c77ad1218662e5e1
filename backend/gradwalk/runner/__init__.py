"""Runs cells as a notebook does, and tells the recorder what happens as it happens."""
