"""Positions in a text and edits to it. Standard library only."""
