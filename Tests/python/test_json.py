"""Requests that are said again and again become JSON once."""

import random

import pytest

from typecase import _json

numpy = pytest.importorskip("numpy")


def known(value):
    return _json.known(value, lambda value: value)


def value(random_, depth=0):
    kind = random_.randrange(12 if depth < 3 else 9)
    if kind < 9:
        text = "".join(random_.choice('a"\\\n\x01é☃😀') for _ in range(random_.randrange(4)))
        return random_.choice([None, True, False, 0, 1, 1.0, -0.0, 0.0, 10**30, float("nan"), float("inf"), text, text, numpy.float64(0.5)])
    if kind < 11:
        return {random_.choice(["a", "b", "é", "", 1, True, None, 1.5]): value(random_, depth + 1) for _ in range(random_.randrange(4))}
    return random_.choice([list, tuple])(value(random_, depth + 1) for _ in range(random_.randrange(4)))


def test_it_is_the_same_json():
    random_ = random.Random(3)
    for _ in range(5000):
        one = {"sampling_params": value(random_), "extra": value(random_)}
        assert known(one) == _json.dumps(one) == known(one)


def test_numbers_are_told_apart():
    for one in [1, 1.0, True, 0, 0.0, -0.0, False, "1", numpy.float64(1.0), [1], (1.0,), {"a": 1}, {"a": True}]:
        assert known({"n": one}) == _json.dumps({"n": one})


@pytest.mark.parametrize("one", [numpy.int64(0), numpy.float32(0), b"\0" * 8, {1, 2}, 1j, numpy.zeros(1), object()])
def test_what_is_no_json_is_none_however_often_it_is_said(one):
    for like in (0.0, numpy.float64(0.0), one, one):
        try:
            known({"n": like})
        except TypeError:
            assert like is one
        else:
            assert like is not one


def test_deep_and_circular():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    circle = {}
    circle["a"] = circle
    for one in (deep, circle):
        with pytest.raises((ValueError, RecursionError)):
            known({"n": one})


def test_what_is_kept_is_bounded():
    for i in range(1000):
        known({"n": i})
    assert len(_json._known) <= 64
    known({"n": "x" * 100_000})
    assert max(map(len, _json._known)) <= 1 << 12
