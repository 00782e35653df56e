"""Rules as data: TOML files to frozen dataclasses, with errors that name the file, the line and the cure."""
