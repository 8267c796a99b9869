from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from matplotlib.figure import Figure

from laws.strategies import networks_with_region
from qnpapers.convac import Architecture, bond_graph, left_right, min_cut
from qnpapers.figures import draw_network, style

DEEP = Architecture(8, 2, (3, 6, 2))


def bonds(axes, *, dashed: bool) -> set[frozenset[tuple[float, float]]]:
    """The lines that were drawn, each as its two ends."""
    return {
        frozenset(zip(line.get_xdata(), line.get_ydata(), strict=True))
        for line in axes.lines
        if line.is_dashed() is dashed
    }


def places(graph, edges) -> set[frozenset[tuple[float, float]]]:
    place = dict(graph.nodes(data="place"))
    return {frozenset((place[one], place[other])) for one, other in edges}


def draw_cut(axes, architecture, region) -> None:
    inside, copies = min_cut(architecture, region).nodes(region)
    graph = bond_graph(architecture)
    draw_network(axes, graph, region_side=inside, cut_copies=copies)


def texts(axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_every_bond_and_every_node_is_drawn_once(axes):
    graph = bond_graph(DEEP)
    draw_network(axes, graph)
    assert bonds(axes, dashed=False) == places(graph, graph.edges)
    assert len(axes.lines) == graph.number_of_edges()
    marked = [tuple(xy) for marks in axes.collections for xy in marks.get_offsets().tolist()]
    assert sorted(marked) == sorted(place for _, place in graph.nodes(data="place"))


def test_without_a_cut_nothing_is_dashed_or_shaded(axes):
    draw_network(axes, bond_graph(DEEP))
    assert bonds(axes, dashed=True) == set()
    assert len(axes.collections) == 4  # sites, matrices, copy tensors, output


@pytest.mark.parametrize(
    ("channels", "dashed"),
    [
        ((3, 6, 2), [(("copy", 2, 0), ("matrix", 2, 0))]),
        ((3, 6, 16), [(("copy", 1, 0), ("matrix", 2, 0))]),
    ],
)
def test_a_cut_near_the_output_dashes_one_bond(axes, channels, dashed):
    architecture = Architecture(8, 2, channels)
    draw_cut(axes, architecture, left_right(8))
    graph = bond_graph(architecture)
    cut = min_cut(architecture, left_right(8))
    assert sum(layer.count for layer in cut.layers) == len(bonds(axes, dashed=True)) == 1
    assert bonds(axes, dashed=True) <= places(graph, graph.edges)
    crossed = {frozenset(pair) for pair in dashed}
    inside, copies = cut.nodes(left_right(8))
    assert bonds(axes, dashed=True) == crossed_places(graph, set(inside), copies)
    assert crossed


def crossed_places(graph, inside, copies) -> set[frozenset[tuple[float, float]]]:
    """By the rule: open legs between the sides; of a cut copy tensor the legs to one side."""
    edges = []
    for node, kind in graph.nodes(data="kind"):
        if kind == "site" and (node in inside) != (next(iter(graph[node])) in inside):
            edges.append((node, next(iter(graph[node]))))
    for copy in copies:
        legs = {True: [], False: []}
        for other in graph[copy]:
            legs[other in inside].append((copy, other))
        smaller, larger = sorted(legs.values(), key=len)
        edges += smaller if len(smaller) < len(larger) else legs[True]
    return places(graph, edges)


@given(networks_with_region(shapes=((4, 2), (8, 2), (9, 3), (16, 4), (8, 8))))
@settings(max_examples=40)
def test_exactly_the_cut_bonds_are_dashed(case):
    architecture, region = case
    axes = Figure().add_subplot()
    draw_cut(axes, architecture, region)
    graph = bond_graph(architecture)
    cut = min_cut(architecture, region)
    inside, copies = cut.nodes(region)
    dashed, solid = bonds(axes, dashed=True), bonds(axes, dashed=False)
    assert dashed == crossed_places(graph, set(inside), copies)
    assert dashed | solid == places(graph, graph.edges)
    assert not dashed & solid
    if architecture.window == 2:  # of three legs one always stands alone: a bond for each factor
        assert len(dashed) == sum(layer.count for layer in cut.layers)
    # Taking the dashed lines away separates the region's sites from the others.
    place = {at: node for node, at in graph.nodes(data="place")}
    graph.remove_edges_from(tuple(place[end] for end in bond) for bond in dashed)
    for site in range(architecture.sites):
        reached = component(graph, ("site", site))
        assert {other in region for other in reached} == {site in region}


def component(graph, start) -> list[int]:
    """Sites that can be reached from a node."""
    seen, front = {start}, [start]
    while front:
        new = {other for node in front for other in graph[node]} - seen
        seen |= new
        front = list(new)
    return [node[1] for node in seen if node[0] == "site"]


def test_the_side_of_the_region_is_shaded(axes):
    draw_cut(axes, DEEP, left_right(8))
    shade = axes.collections[-1]
    inside, _ = min_cut(DEEP, left_right(8)).nodes(left_right(8))
    place = dict(bond_graph(DEEP).nodes(data="place"))
    assert sorted(map(tuple, shade.get_offsets().tolist())) == sorted(place[n] for n in inside)
    assert shade.get_alpha() < 0.5
    assert shade.get_zorder() < min(line.get_zorder() for line in axes.lines)


def test_dimensions_stand_beside_their_layers(axes):
    draw_network(axes, bond_graph(DEEP))
    assert sorted(texts(axes)) == ["2", "2", "3", "6"]
    heights = {text.get_position()[1]: text.get_text() for text in axes.texts}
    assert heights == {0.5: "2", 2.0: "3", 4.0: "6", 6.0: "2"}
    right = max(place[0] for _, place in bond_graph(DEEP).nodes(data="place"))
    assert all(right < text.get_position()[0] < axes.get_xlim()[1] for text in axes.texts)


def test_dimensions_and_legend_are_optional(axes):
    draw_network(axes, bond_graph(DEEP), dimensions=False)
    assert texts(axes) == []
    assert axes.get_legend() is None
    other = Figure().add_subplot()
    draw_network(other, bond_graph(DEEP), legend=True)
    assert [text.get_text() for text in other.get_legend().get_texts()] == [
        "open leg (site)",
        "weight matrix",
        "copy tensor",
        "output vector",
    ]


def test_the_same_network_gives_the_same_bytes():
    pictures = []
    for _ in range(2):
        with style():
            figure = Figure()
            draw_cut(figure.add_subplot(), DEEP, left_right(8))
            file = BytesIO()
            figure.savefig(file, format="png")
        pictures.append(file.getvalue())
    assert pictures[0] == pictures[1]
    assert pictures[0].startswith(b"\x89PNG")
