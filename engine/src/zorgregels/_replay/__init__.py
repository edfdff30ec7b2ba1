"""Decides recorded decisions again: whether they come out the same, and what would change if something else had been known."""
