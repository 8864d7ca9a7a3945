"""A word of a metric before a count or a sum does not make it one."""

import pytest

from greenrules.bench.printed import printed_numbers


@pytest.mark.parametrize("line", ["acc 1134000000 12", "loss of precision 3, that is all", "accuracy: 250"])
def test_what_cannot_be_a_share_is_no_accuracy(line):
    assert not {"accuracy", "precision"} & printed_numbers(line).keys()


@pytest.mark.parametrize(
    ("line", "value"), [("Accuracy: 0.93", 0.93), ("accuracy = 93.1 %", 0.931), ("Accuracy: 93.1", 93.1)]
)
def test_what_can_be_one_is(line, value):
    assert printed_numbers(line)["accuracy"].value == pytest.approx(value)
