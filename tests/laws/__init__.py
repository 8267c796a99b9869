"""Laws that every implementation must obey: reusable, each takes the implementation it tests."""

import pytest

pytest.register_assert_rewrite(
    "laws.cuts", "laws.ranks", "laws.scores", "laws.spectra", "laws.waves"
)
