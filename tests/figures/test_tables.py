"""Tables: every name and every cell where it belongs, as a parser reads it."""

import xml.etree.ElementTree as ET

from qnpapers.figures import html_table


def test_cells_stand_under_their_columns():
    table = ET.fromstring(html_table("what", ["a", "b"], {"one": [1, 2], "two": ["x", 4]}).data)
    assert [cell.text for cell in table.find("thead")[0]] == ["what", "a", "b"]
    rows = [[cell.text for cell in row] for row in table.find("tbody")]
    assert rows == [["one", "1", "2"], ["two", "x", "4"]]
    assert all(row[0].attrib == {"scope": "row"} for row in table.find("tbody"))
