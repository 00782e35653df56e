"""What rules look for: one module a kind. A check is a pure function of a passage or a document and its rule."""
