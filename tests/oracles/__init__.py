"""Slow, independent answers to compare the library with. Nothing here imports the library."""
