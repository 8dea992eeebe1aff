"""Workflows: stages and moves as HR draws them, and the copy that a position pins."""
