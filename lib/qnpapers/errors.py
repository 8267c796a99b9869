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


class GluingError(QnpapersError):
    """Gluings of tetrahedra that describe no closed 3-manifold, or a move that is not possible."""


class GeometryError(QnpapersError):
    """Lengths, normals or parameters that describe no geometric object of the kind asked for."""


class PrecisionError(QnpapersError):
    """Round-off may have destroyed the result, or float64 cannot hold it."""


class DataError(QnpapersError):
    """A data file is absent or is not the file it should be; the message says how to get it."""


class ColourError(QnpapersError):
    """A colour, pixel or level r is no integer of the allowed range: colours 0, 1, ...; r >= 3."""


class NetworkError(QnpapersError):
    """A graph is no connected planar trivalent network, or its colours do not fit it."""


class NormalisationError(QnpapersError):
    """A sum or density that cannot be normalised, or is cut off where it still matters."""


class ResolutionError(QnpapersError):
    """Too few points, steps or samples for what is asked; the message names the limit."""


class TrainingError(QnpapersError):
    """Training diverged: the loss became NaN or infinite; the message says at which step."""
