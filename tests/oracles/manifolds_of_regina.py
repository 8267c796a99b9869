"""Triangulations to and from Regina, the independent program of low-dimensional topology."""

import regina


def to_regina(gluings):
    triangulation = regina.Triangulation3()
    tetrahedra = [triangulation.newTetrahedron() for _ in gluings]
    for tetrahedron, faces in zip(tetrahedra, gluings, strict=True):
        for face, (neighbour, permutation) in enumerate(faces):
            if tetrahedron.adjacentTetrahedron(face) is None:
                tetrahedron.join(face, tetrahedra[neighbour], regina.Perm4(*permutation))
    return triangulation


def from_regina(triangulation):
    return [
        [
            (
                tetrahedron.adjacentTetrahedron(face).index(),
                tuple(tetrahedron.adjacentGluing(face)[v] for v in range(4)),
            )
            for face in range(4)
        ]
        for tetrahedron in triangulation.tetrahedra()
    ]
