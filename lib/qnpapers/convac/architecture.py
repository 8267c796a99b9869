"""The shape of a convolutional arithmetic circuit (ConvAC): sites, channels and classes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from numbers import Integral

import numpy as np

from qnpapers.errors import ArchitectureError, RegionError


@dataclass(frozen=True)
class Architecture:
    """Shape of a ConvAC with product pooling over disjoint windows [levine2017].

    Level 0 maps the `local_dim` representation values of each site to r_0 channels. Level l pools
    `window` neighbouring sites by a product and mixes the r_{l-1} channels into r_l. The last
    pooling leaves one site, and `classes` output vectors of length r_{L-1} read the scores:

        phi^{0,j,g} = a^{0,j,g}
        phi^{l,j,g} = sum_a a^{l,j,g}_a  phi^{l-1,P(j-1)+1,a} x ... x phi^{l-1,Pj,a}
        A^y         = sum_a a^{L,y}_a    phi^{L-1,1,a} x ... x phi^{L-1,P,a}

    Args:
        sites: N, number of input patches; must be `window ** len(channels)`.
        local_dim: M, number of representation functions, the dimension of one site.
        channels: (r_0, ..., r_{L-1}), number of channels of each level.
        window: P, sites pooled together. `window == sites` with one level is the shallow (CP)
            network of the paper.
        shared: True when all sites of a level use the same weights (a convolution proper).
        classes: Y, number of outputs.

    Raises:
        ArchitectureError: a number is no positive integer, `sites` is no power of `window`, or
            `channels` has the wrong length.
    """

    sites: int
    local_dim: int
    channels: tuple[int, ...]
    window: int = 2
    shared: bool = False
    classes: int = 1

    def __post_init__(self) -> None:
        for name, minimum in (("sites", 2), ("local_dim", 1), ("window", 2), ("classes", 1)):
            object.__setattr__(self, name, _integer(name, getattr(self, name), minimum))
        if isinstance(self.channels, Integral | str) or not isinstance(self.channels, Iterable):
            raise ArchitectureError(
                f"channels = {self.channels!r}: must be a sequence of positive integers, "
                "one for each level"
            )
        channels = tuple(_integer("channels", r, 1) for r in self.channels)
        object.__setattr__(self, "channels", channels)
        if not isinstance(self.shared, bool | np.bool_):
            raise ArchitectureError(f"shared = {self.shared!r}: must be True or False")
        levels = _exact_log(self.sites, self.window)
        if levels is None:
            raise ArchitectureError(
                f"sites = {self.sites}: must be a power of the window {self.window}, "
                f"for example {self.window**2} or {self.window**3}"
            )
        if len(channels) != levels:
            raise ArchitectureError(
                f"channels = {channels}: {self.sites} sites pooled {self.window} at a time make "
                f"{levels} levels, so {levels} channel numbers are needed, got {len(channels)}"
            )

    @classmethod
    def shallow(
        cls, sites: int, local_dim: int, channels: int, *, shared: bool = False, classes: int = 1
    ) -> Architecture:
        """The shallow network: one level of `channels` channels, one pooling over all sites.

        Its coefficient tensor is a CP decomposition of rank `channels`.
        """
        return cls(sites, local_dim, (channels,), window=sites, shared=shared, classes=classes)

    @cached_property
    def levels(self) -> int:
        """L, the number of poolings."""
        return len(self.channels)

    def sites_at(self, level: int) -> int:
        """Number of sites before pooling `level`: N / P**level (0 is the input level)."""
        return self.sites // int(self.window**level)

    def weight_shapes(self) -> tuple[tuple[int, int, int], ...]:
        """Shapes (sites, r_l, r_{l-1}) of the weights of each level, with r_{-1} = M.

        With shared weights the first number is 1.
        """
        widths = (self.local_dim, *self.channels)
        return tuple(
            (1 if self.shared else self.sites_at(level), widths[level + 1], widths[level])
            for level in range(self.levels)
        )

    @property
    def parameters(self) -> int:
        """Number of weights, the output vectors included."""
        inner = sum(n * r * s for n, r, s in self.weight_shapes())
        return inner + self.classes * self.channels[-1]


def region_mask(sites: int, region: Iterable[int]) -> np.ndarray:
    """Boolean mask, shape (sites,), of a region given as 0-based site numbers.

    Raises:
        RegionError: the region is empty, holds every site, or holds something that is no site.
    """
    if isinstance(region, str | bytes) or not isinstance(region, Iterable):
        raise RegionError(f"region = {region!r}: must be an iterable of sites 0 to {sites - 1}")
    try:
        members = np.asarray(region if isinstance(region, np.ndarray) else list(region))
    except ValueError:  # lists of different lengths
        raise RegionError(
            f"region = {region!r}: must hold integers, the sites 0 to {sites - 1}"
        ) from None
    if members.size == 0:
        raise RegionError(f"region is empty: name at least one of the sites 0 to {sites - 1}")
    if members.ndim != 1 or members.dtype.kind not in "iu":
        raise RegionError(
            f"region = {_shorten(members)}: must hold integers, the sites 0 to {sites - 1}"
        )
    outside = members[(members < 0) | (members >= sites)]
    if outside.size:
        raise RegionError(f"region names site {outside[0]}: allowed are 0 to {sites - 1}")
    mask = np.zeros(sites, dtype=bool)
    mask[members] = True
    if mask.all():
        raise RegionError(f"region holds all {sites} sites: its complement must not be empty")
    return mask


def _shorten(members: np.ndarray) -> str:
    text = str(members.tolist())
    return text if len(text) <= 60 else text[:57] + "..."


def _integer(name: str, value: object, minimum: int) -> int:
    if not isinstance(value, Integral) or isinstance(value, bool) or int(value) < minimum:
        raise ArchitectureError(f"{name} = {value!r}: must be an integer of at least {minimum}")
    return int(value)


def _exact_log(number: int, base: int) -> int | None:
    """The exponent e with base**e == number, or None."""
    exponent = 0
    while number % base == 0:
        number //= base
        exponent += 1
    return exponent if number == 1 else None
