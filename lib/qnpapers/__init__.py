"""Neural networks as quantum systems: the library behind three executable papers."""

__version__ = "0.1.0"
