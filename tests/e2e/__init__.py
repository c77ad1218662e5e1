"""Tests that use the page as a person does, in a real browser against a real server."""
