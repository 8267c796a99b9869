"""Triangulations of closed 3-manifolds, each built by a construction that is written out here."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Sequence
from itertools import permutations
from typing import TypeVar

from qnpapers.errors import GluingError
from qnpapers.spinnet.gluings import Gluings, Permutation, inverse

Face = TypeVar("Face", bound=Hashable)
Vector = tuple[int, int]

_SAME: Permutation = (0, 1, 2, 3)
_OPEN = (-1, _SAME)

_SPECIAL = {"S3": (1, 0), "S2xS1": (0, 1), "RP3": (2, 1)}


def named_manifold(name: str) -> Gluings:
    """Gluings of a closed 3-manifold by name.

    Args:
        name: "S3", "S2xS1", "RP3", "T3" (the 3-torus), "L(p,q)" (a lens space), "Sigma2xS1" (the
            surface of genus 2, or any other, times a circle); names joined by "#" are a connected
            sum.

    Raises:
        GluingError: no such name, or p and q are not coprime.
    """
    if "#" in name:
        first, *others = (named_manifold(part) for part in name.split("#"))
        for other in others:
            first = connected_sum(first, other)
        return first
    if name == "T3":
        return surface_times_circle(1)
    lens = re.fullmatch(r"L\((\d+),(\d+)\)", name)
    if name in _SPECIAL or lens:
        p, q = _SPECIAL[name] if lens is None else (int(lens[1]), int(lens[2]))
        return lens_space(p, q)
    surface = re.fullmatch(r"Sigma(\d+)xS1", name)
    if surface:
        return surface_times_circle(int(surface[1]))
    raise GluingError(
        f'name = {name!r}: must be "S3", "S2xS1", "RP3", "T3", "L(p,q)", "Sigma2xS1" (any genus) '
        'or such names joined by "#"'
    )


def lens_space(p: int, q: int) -> Gluings:
    """The lens space L(p, q), layered: as few tetrahedra as this construction gives.

    A solid torus made of one tetrahedron has a boundary of two triangles. Layering a tetrahedron
    on a boundary edge flips that edge; so every triangulation of the boundary torus is reached,
    step by step through the Farey tessellation. At the end the two triangles are folded onto each
    other along an edge, which closes the curve that the flipped edge would be.

    Args:
        p: order of the first homology; 0 is S^2 x S^1, 1 is the 3-sphere.
        q: coprime to p. L(p, q) = L(p, q') where q' = +-q or q q' = +-1 modulo p, up to
            orientation, which Turaev-Viro invariants do not see.

    Raises:
        GluingError: p is negative or p and q are not coprime.
    """
    if p < 0 or math.gcd(p, q) != 1:
        raise GluingError(f"L({p},{q}): p must not be negative, and p and q must be coprime")
    equal = {q, -q} if p < 2 else {s * x % p for s in (1, -1) for x in (q, pow(q, -1, p))}
    slopes = {(p - 2 * x, x) for y in equal for x in (y - 2 * p, y - p, y, y + p)}
    plans = [_layering_plan(slope) for slope in sorted(slopes)]
    return _layered(min(plans, key=lambda plan: plan.count("f")))


def _layering_plan(slope: Vector) -> str:
    """Turns ("t") and flips ("f") after which a fold closes the curve a slope describes.

    The boundary edges are vectors alpha, beta and gamma = alpha + beta, at first (1, 0) and (0, 1);
    a turn makes them beta and -gamma, a flip of gamma makes them alpha and beta - alpha. The fold
    closes beta - alpha. A curve that is an edge from the start is turned to, flipped and folded
    back.
    """
    x, y = slope  # coordinates of the curve in the basis alpha, beta
    if x * y == 0 or x == y:
        return {(0, 1): "tt", (1, 0): "t", (1, 1): ""}[abs(x), abs(y)] + "ftt"
    plan = ""
    while (x, y) not in ((-1, 1), (1, -1)):
        while x * y > 0:
            x, y, plan = y - x, -x, plan + "t"
        if (x, y) in ((-1, 1), (1, -1)):
            break
        x, y, plan = x + y, y, plan + "f"
    return plan


def _layered(plan: str) -> Gluings:
    """Layer tetrahedra on the solid torus of one tetrahedron, then fold the boundary shut."""
    glued = [[_OPEN] * 4]
    _glue(glued, 0, (0, 1, 2), 0, (1, 2, 3))
    # Two boundary triangles with the edges (alpha, beta, gamma) and (beta, alpha, gamma).
    tetrahedra, one, two = (0, 0), (0, 1, 3), (0, 2, 3)
    for step in plan:
        if step == "t":
            one, two = (one[1], one[2], one[0]), (two[2], two[0], two[1])
        else:
            new = len(glued)
            glued.append([_OPEN] * 4)
            _glue(glued, new, (0, 1, 3), tetrahedra[0], one)
            _glue(glued, new, (0, 2, 3), tetrahedra[1], two)
            tetrahedra, one, two = (new, new), (0, 1, 2), (1, 2, 3)
    _glue(glued, tetrahedra[0], one, tetrahedra[1], two)
    return [tuple(faces) for faces in glued]


def _glue(
    gluings: list[list[tuple[int, Permutation]]],
    t: int,
    vertices: Sequence[int],
    other: int,
    images: Sequence[int],
) -> None:
    """Glue two faces, given by their vertices in the order in which they meet."""
    permutation = _completed(vertices, images)
    gluings[t][6 - sum(vertices)] = (other, permutation)
    gluings[other][6 - sum(images)] = (t, inverse(permutation))


def _completed(vertices: Sequence[int], images: Sequence[int]) -> Permutation:
    """The permutation of 0 to 3 that takes three vertices to their images."""
    image = dict(zip(vertices, images, strict=True))
    image[6 - sum(vertices)] = 6 - sum(images)
    return image[0], image[1], image[2], image[3]


def surface_times_circle(genus: int) -> Gluings:
    """The orientable surface of a genus, times a circle; genus 1 is the 3-torus.

    The surface is a polygon with 4 g sides, glued as a b a^-1 b^-1 c d ..., cut into triangles from
    one corner; the vertices of every triangle are put in an order that the gluing respects. The
    prism over a triangle is three tetrahedra.

    Raises:
        GluingError: the genus is negative.
    """
    if genus < 0:
        raise GluingError(f"genus = {genus}: must not be negative")
    names = []
    for triangle, edges in enumerate(_surface_triangles(genus)):
        for chain in (((0, 0), (1, 0), (2, 0), (2, 1)), ((0, 0), (1, 0), (1, 1), (2, 1)),
                      ((0, 0), (0, 1), (1, 1), (2, 1))):  # fmt: skip
            faces = [tuple(v for v in chain if v != missing) for missing in chain]
            names.append([_prism_face(triangle, edges, face) for face in faces])
    return glue_equal_names(names)


def _surface_triangles(genus: int) -> list[dict[tuple[int, int], str]]:
    """For each triangle the names of its edges (i, j), i < j in the order of its vertices."""
    if genus == 0:
        return [{(0, 1): "a", (1, 2): "b", (0, 2): "c"}] * 2
    sides = [(f"{s}{g}", s in "ab") for g in range(genus) for s in "abAB"]
    names = [(name.lower(), forward) for name, forward in sides]
    last = len(names) - 1
    diagonals = [names[0][0], *(f"diagonal {k}" for k in range(2, last)), names[last][0]]
    triangles = []
    for k in range(1, last):
        name, forward = names[k]
        near, far = diagonals[k - 1], diagonals[k]
        if not forward:
            near, far = far, near
        triangles.append({(0, 1): near, (1, 2): name, (0, 2): far})
    return triangles


def _prism_face(
    triangle: int, edges: dict[tuple[int, int], str], face: tuple[tuple[int, int], ...]
) -> Hashable:
    """A name for a face of a prism: equal names are to be glued, first vertex to first vertex."""
    corners, heights = zip(*face, strict=True)
    if len(set(heights)) == 1:
        return "floor", triangle
    if len(set(corners)) == 2:
        low, high = min(corners), max(corners)
        return edges[low, high], corners.count(low)
    return triangle, face


def glue_equal_names(names: Sequence[Sequence[Face]]) -> Gluings:
    """Glue ordered tetrahedra along faces of equal name, keeping the order of their vertices.

    Args:
        names: names[t][f] of the face opposite vertex f; each name must occur exactly twice.

    Raises:
        GluingError: a name does not occur twice.
    """
    places: dict[Face, list[tuple[int, int]]] = {}
    for t, faces in enumerate(names):
        for f, name in enumerate(faces):
            places.setdefault(name, []).append((t, f))
    gluings: list[list[tuple[int, Permutation]]] = [[_OPEN] * 4 for _ in names]
    for name, pair in places.items():
        if len(pair) != 2:
            raise GluingError(f"face {name!r} occurs {len(pair)} times: must occur twice")
        for (t, f), (other, g) in (pair, pair[::-1]):
            rest = [[v for v in range(4) if v != missing] for missing in (f, g)]
            gluings[t][f] = (other, _completed(*rest))
    return [tuple(faces) for faces in gluings]


def sphere_of_five_tetrahedra() -> Gluings:
    """The 3-sphere as the boundary of the 4-simplex: 5 vertices, 10 edges, 5 tetrahedra."""
    corners = [[v for v in range(5) if v != missing] for missing in range(5)]
    names = [[tuple(v for v in four if v != x) for x in four] for four in corners]
    return glue_equal_names(names)


def connected_sum(one: Gluings, other: Gluings) -> Gluings:
    """A triangulation of the connected sum of two closed 3-manifolds, with four more tetrahedra.

    Each is cut open along a triangle, which leaves a sphere of two triangles. Between the spheres
    comes a collar that joins them and is pinched at one corner a, over each triangle a pyramid of
    the tetrahedra (a b c c') and (a b b' c'). Where all corners of a triangle are one vertex, the
    cut opens the neighbourhood of that vertex at three places; the collar closes two again and
    joins the third to the other manifold, so that a ball is left.
    """
    size = len(one)
    first, third = size + len(other), size + len(other) + 2
    result = [list(faces) for faces in one]
    result += [[(n + size, p) for n, p in faces] for faces in other]
    for near, far in ((first, third), (third, first)):
        result.append([(far, _SAME), (far, _SAME), (near + 1, _SAME), _OPEN])
        result.append([(far + 1, _SAME), _OPEN, (near, _SAME), (far + 1, _SAME)])
    for outer, corners, collar in ((0, (0, 1, 2), first), (size, (0, 2, 3), first + 1)):
        neighbour, permutation = result[outer][3]
        a, b, c = (permutation[v] for v in range(3))
        _glue(result, collar, corners, outer, (0, 1, 2))
        _glue(result, collar + 2, corners, neighbour, (a, b, c))
    return [tuple(faces) for faces in result]


def cube_torus() -> Gluings:
    """The 3-torus as a cube of six tetrahedra round its diagonal, opposite sides glued.

    An independent construction: tetrahedron (i, j, k) has the corners 0, e_i, e_i + e_j and
    e_i + e_j + e_k.
    """
    paths = list(permutations(range(3)))
    number = {path: n for n, path in enumerate(paths)}
    return [
        (
            (number[j, k, i], (3, 0, 1, 2)),
            (number[j, i, k], (0, 1, 2, 3)),
            (number[i, k, j], (0, 1, 2, 3)),
            (number[k, i, j], (1, 2, 3, 0)),
        )
        for i, j, k in paths
    ]
