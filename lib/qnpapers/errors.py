"""Errors a user can cause. Each message says what is wrong, what was got and what is allowed."""


class QnpapersError(ValueError):
    """Base class of every error that wrong input to `qnpapers` raises."""

    def _render_traceback_(self) -> list[str]:
        """Show one readable line in a notebook instead of a stack of frames (read by IPython)."""
        return [f"{type(self).__name__}: {self}"]


class ParameterError(QnpapersError):
    """A chapter parameter is unknown, has the wrong type or lies outside its range."""


class ChapterError(QnpapersError):
    """A chapter cannot be found, breaks the chapter form, or failed while it ran."""


class LedgerError(QnpapersError):
    """A record of the ledger of claims is malformed; the message names file, record and field."""


class ArchitectureError(QnpapersError):
    """Sites, window, local dimension or channels do not describe a network."""


class RegionError(QnpapersError):
    """A region of sites is empty, everything, out of range or not made of integers."""


class SizeError(QnpapersError):
    """The request would need more memory than is allowed; the message names both sizes."""


class ShapeError(QnpapersError):
    """An array does not have the shape that the architecture asks for."""
