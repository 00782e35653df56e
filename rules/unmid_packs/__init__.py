"""Packs of our own that are switched on by name: data only."""
