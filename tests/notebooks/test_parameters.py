"""The checks on values, and the reading of a parameters cell."""

import numpy as np
import pytest

from qnpapers.errors import ChapterError, ParameterError
from qnpapers.notebooks import require
from qnpapers.notebooks.parameters import (
    Parameter,
    check_names,
    check_value,
    parse_parameters,
    read_value,
)


def test_good_values_pass_every_check() -> None:
    require(sites=64).integer().power_of(2).between(4, 64)
    require(sites=1).power_of(3)
    require(sites=np.int64(27)).integer().power_of(3)
    require(noise=0).number().between(0, 1)
    require(kind="relu").one_of("gaussian", "relu")
    require(channels=[4, 4]).integers(minimum=1).length(2)
    require(flag=False).boolean()
    require(file="").text()


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda: require(sites=3).power_of(2), r"sites = 3: must be a power of 2, .* 2 or 4$"),
        (lambda: require(sites=100).power_of(3), r"sites = 100: .* a power of 3, .* 81 or 243$"),
        (lambda: require(sites=0).power_of(2), r"sites = 0: must be a power of 2, .* 2 or 4$"),
        (lambda: require(sites=-8).power_of(2), r"sites = -8: must be a power of 2"),
        (lambda: require(sites=8.0).power_of(2), r"sites = 8.0: must be an integer$"),
        (lambda: require(sites=True).integer(), r"sites = True: must be an integer$"),
        (lambda: require(sites="8").integer(), r"sites = '8': must be an integer$"),
        (lambda: require(sites=128).between(4, 64), r"sites = 128: must be between 4 and 64$"),
        (lambda: require(sites="a").between(4, 64), r"sites = 'a': must be between 4 and 64$"),
        (lambda: require(noise=float("nan")).number(), r"noise = nan: must be a finite number$"),
        (lambda: require(noise=float("nan")).between(0, 1), r"noise = nan: must be between"),
        (lambda: require(noise=True).number(), r"noise = True: must be a finite number$"),
        (lambda: require(kind="sign").one_of("relu", "tanh"), r"must be 'relu' or 'tanh'$"),
        (lambda: require(kind=1).one_of(True), r"kind = 1: must be True$"),
        (lambda: require(channels=4).integers(), r"channels = 4: must be a list of integers$"),
        (lambda: require(channels=[4, 0]).integers(minimum=1), r"\[4, 0\]: .* each at least 1$"),
        (lambda: require(channels=[4, True]).integers(), r"must be a list of integers$"),
        (lambda: require(channels=[4]).length(2), r"channels = \[4\]: must be a list of length 2$"),
        (lambda: require(channels="ab").length(2), r"must be a list of length 2$"),
        (lambda: require(flag=1).boolean(), r"flag = 1: must be True or False$"),
        (lambda: require(file=None).text(), r"file = None: must be a string$"),
    ],
)
def test_bad_values_get_one_line_with_name_value_and_what_is_allowed(check, message) -> None:
    with pytest.raises(ParameterError, match=message) as caught:
        check()
    assert caught.value._render_traceback_() == [f"ParameterError: {caught.value}"]


def test_require_takes_one_name() -> None:
    with pytest.raises(ChapterError, match="require takes one name"):
        require(sites=1, noise=2)
    with pytest.raises(ChapterError, match="the base must be an integer of at least 2"):
        require(sites=1).power_of(1)


def test_parameters_cell_is_read() -> None:
    source = "# all of them\nsites: int = 16  # patches\n\nwidths: list = [4, -1]  # 'two' #widths"
    assert parse_parameters(source) == {
        "sites": Parameter("sites", "int", 16, "patches"),
        "widths": Parameter("widths", "list", [4, -1], "'two' #widths"),
    }


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("sites: int = ", "the parameters cell is not Python"),
        ("sites = 16  # patches", r"'sites = 16': must be 'name: type = default  # meaning'"),
        ("sites: int  # patches", "'sites: int': must be 'name: type = default  # meaning'"),
        ("print(1)  # x", r"'print\(1\)': must be"),
        ("sites: complex = 1  # patches", "the type must be 'int', 'float', .* or 'list'"),
        ("sites: int = 2**4  # patches", "the default must be a literal"),
        ("sites: int = 16", "must be one line that ends with a comment"),
        ("sites: int = 16  # patches, N = 4", "papermill cannot read .* '=' in the comment"),
        ("w: list = [1,\n 2]  # widths", "must be one line that ends with a comment"),
        ("sites: int = 16.0  # patches", r"the default must be an integer"),
        ("sites: int = True  # patches", r"the default must be an integer"),
        ("n: int = 1  # a\nn: int = 2  # b", "parameter n is declared twice"),
    ],
)
def test_other_forms_of_a_parameters_cell_are_refused(source: str, message: str) -> None:
    with pytest.raises(ChapterError, match=message):
        parse_parameters(source)


KNOWN = parse_parameters(
    "sites: int = 16  # a\nnoise: float = 0.1  # b\nkind: str = 'x'  # c\n"
    "fast: bool = True  # d\nchannels: list = [4]  # e"
)


def test_unknown_names_get_the_nearest_and_all() -> None:
    check_names(["noise", "sites"], KNOWN, "convac/01")
    expected = r"convac/01 has no parameter 'sties': did you mean sites\? Its .* are: sites, noise"
    with pytest.raises(ParameterError, match=expected):
        check_names(["noise", "sties"], KNOWN, "convac/01")
    with pytest.raises(ParameterError, match="has no parameter 'qqq': Its parameters are: none"):
        check_names(["qqq"], {}, "convac/01")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("sites", "32", 32),
        ("noise", "1", 1.0),
        ("noise", "1e-3", 0.001),
        ("kind", "32", "32"),
        ("fast", "False", False),
        ("fast", "true", True),
        ("channels", "[4, 8]", [4, 8]),
    ],
)
def test_typed_text_becomes_a_value_of_the_parameters_type(name, text, value) -> None:
    got = read_value(KNOWN[name], text)
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("sites", "abc", r"sites = 'abc': must be an integer \(int\), for example 16"),
        ("sites", "3.0", r"sites = '3.0': must be an integer"),
        ("noise", "much", r"noise = 'much': must be a number \(float\), for example 0.1"),
        ("fast", "yes", r"fast = 'yes': must be true or false \(bool\)"),
        ("channels", "4", r"channels = .*4.*: must be a list \(list\), for example \[4\]"),
        ("channels", "[4", r"channels = '\[4': must be a list"),
    ],
)
def test_typed_text_of_another_type_is_refused(name: str, text: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        read_value(KNOWN[name], text)


def test_values_from_a_file_keep_their_type() -> None:
    assert check_value(KNOWN["channels"], [1]) == [1]
    assert type(check_value(KNOWN["noise"], 1)) is float
    with pytest.raises(ParameterError, match=r"sites = True: must be an integer"):
        check_value(KNOWN["sites"], True)
    with pytest.raises(ParameterError, match=r"kind = 3: must be a text \(str\)"):
        check_value(KNOWN["kind"], 3)
