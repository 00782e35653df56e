"""The engine: rules, gates and settings over a document, to findings with fixes."""
