"""Texts as numbers: whole columns are compared, sorted and grouped by number, not letter by letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import le
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from campaign.book.again import rows_again

T = TypeVar("T")


def numbered(texts: pd.Series | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each text's place among the distinct ones in their order, and these; unknown is -1.

    >>> numbers, names = numbered(pd.Series(["K2", "K1", None, "K2"]))
    >>> numbers.tolist(), names.tolist()
    ([1, 0, -1, 1], ['K1', 'K2'])
    """
    number, distinct = pd.factorize(np.asarray(texts, dtype=object))
    names = distinct.tolist()
    # Python's own sort makes use of runs that are in order already; most tables have some.
    order = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
    place = np.empty(len(names) + 1, dtype=np.int64)
    place[order], place[-1] = np.arange(len(names)), -1
    return place[number], distinct[order]


def places_of(texts: pd.Series | np.ndarray) -> np.ndarray:
    """Return each text's place among the distinct ones in their order, the last for an unknown one.

    >>> places_of(pd.Series(["K2", None, "K1"])).tolist()
    [1, 2, 0]
    """
    number, names = numbered(texts)
    return np.where(number < 0, len(names), number)


def numbers_known(texts: pd.Series, known: Mapping[str, int], otherwise: int) -> np.ndarray:
    """Return the number known for each text; each different text is looked up once.

    >>> numbers_known(pd.Series(["call", None, "visit"]), {"call": 1, "visit": 2}, -1).tolist()
    [1, -1, 2]
    """
    number, distinct = pd.factorize(np.asarray(texts, dtype=object))
    found = [known.get(text, otherwise) for text in distinct.tolist()]
    return np.array([*found, otherwise], dtype=np.int64)[number]


def each_once(values: np.ndarray, make: Callable[[np.ndarray], Sequence[T]]) -> list[T]:
    """Return what is made of each number, made once for numbers that repeat.

    >>> each_once(np.array([2, 1, 2]), lambda numbers: [f"第 {n} 周" for n in numbers.tolist()])
    ['第 2 周', '第 1 周', '第 2 周']
    """
    number, distinct = pd.factorize(values)
    made: list[T] = np.array(make(distinct), dtype=object)[number].tolist()
    return made


def each_with_its_rows(counts: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each place as often as it counts, and beside it the numbers from its start on.

    >>> [found.tolist() for found in each_with_its_rows(np.array([2, 0, 1]), np.array([5, 0, 8]))]
    [[0, 0, 2], [5, 6, 8]]
    """
    place = np.repeat(np.arange(len(counts)), counts)
    return place, np.arange(len(place)) + np.repeat(starts - np.cumsum(counts) + counts, counts)


def categories(texts: pd.Series) -> pd.Categorical:
    """Return texts as categories in their order, as `astype("category")` does, only sooner.

    >>> categories(pd.Series(["K2", "K1", None])).codes.tolist()
    [1, 0, -1]
    """
    number, names = numbered(texts)
    return pd.Categorical.from_codes(number, pd.Index(names, dtype="str"))


def runs(numbers: np.ndarray) -> np.ndarray:
    """Return where each run of equal numbers begins.

    >>> runs(np.array([3, 3, 5, 7, 7])).tolist()
    [0, 2, 3]
    """
    if not len(numbers):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate([[True], numbers[1:] != numbers[:-1]]))


def short(numbers: np.ndarray) -> np.ndarray:
    """Return numbers from 0 on in two bytes where they fit, which numpy sorts in one go.

    >>> short(np.array([0, 300])).dtype.name, short(np.array([0, 70_000])).dtype.name
    ('uint16', 'int64')
    """
    fits = numbers.max(initial=0) <= np.iinfo(np.uint16).max and numbers.min(initial=0) >= 0
    return numbers.astype(np.uint16) if fits else numbers


def first_known(values: pd.Series, starts: np.ndarray) -> pd.Series:
    """Return the first known value of each run, unknown where none is; `starts` as of `runs`.

    >>> first_known(pd.Series([None, "东街", "西街"], dtype="str"), np.array([0, 2])).tolist()
    ['东街', '西街']
    """
    unknown = values.isna().to_numpy()
    if not len(starts) or not unknown[starts].any():
        return values.iloc[starts].reset_index(drop=True)
    size = len(values)
    first = np.minimum.reduceat(np.where(unknown, size, np.arange(size)), starts)
    # A run without any known value keeps its first, which is unknown.
    return values.iloc[np.where(first < size, first, starts)].reset_index(drop=True)


def first_of_each(rows: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Return the first of the rows with the same key, as `drop_duplicates` does, only sooner.

    >>> rows = pd.DataFrame({"customer_id": ["K1", "K2", "K1"], "value": [1.0, 2.0, 3.0]})
    >>> first_of_each(rows, ["customer_id"])["value"].tolist()
    [1.0, 2.0]
    """
    again = rows_again(rows, key)
    if not len(again):
        return rows
    kept = np.ones(len(rows), dtype=bool)
    kept[again] = False
    return rows[kept]


def in_order(rows: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Return the first of the rows with the same key, in the order of the key's texts.

    >>> rows = pd.DataFrame({"customer_id": ["K2", "K1", "K2"], "value": [1.0, 2.0, 3.0]})
    >>> in_order(rows, ["customer_id"])["value"].tolist()
    [2.0, 1.0]
    """
    whole = np.zeros(len(rows), dtype=np.int64)
    for name in key:
        number, distinct = numbered(rows[name])
        whole = whole * (len(distinct) + 1) + number + 1
    return rows.iloc[np.unique(whole, return_index=True)[1]]


def order_of(numbers: Sequence[np.ndarray], texts: Sequence[pd.Series]) -> np.ndarray:
    """Return the order of rows by numbers, then by texts, of which an unknown one goes last.

    Texts are compared only where all numbers are the same, and sorted only where rows with the
    same numbers do not stand in their order already.

    >>> order_of([np.array([2, 1, 1])], [pd.Series(["a", "c", "b"])]).tolist()
    [2, 1, 0]
    >>> order_of([np.array([np.nan, 1.0, np.nan])], [pd.Series(["b", "c", "a"])]).tolist()
    [1, 2, 0]
    """
    order = np.lexsort(list(reversed(numbers)))
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for number in numbers:
        one, other = number[order[1:]], number[order[:-1]]
        same &= (one == other) | ((one != one) & (other != other))  # unknown ones are alike
    if not texts or not same.any():
        return order
    run = np.concatenate([[0], np.cumsum(~same)])
    after = np.flatnonzero(same) + 1
    early = after[~_follow(texts, order[after - 1], order[after])]
    at = np.flatnonzero(np.isin(run, run[early]))
    rows = order[at]
    places = [places_of(text.iloc[rows]) for text in reversed(texts)]
    order[at] = rows[np.lexsort([*places, run[at]])]
    return order


def _follow(texts: Sequence[pd.Series], before: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return which rows' texts do not come before those of others; none where one is unknown."""
    first, second = _compared(texts, before), _compared(texts, rows)
    try:
        return np.fromiter(map(le, first, second), dtype=bool, count=len(rows))
    except TypeError:
        return np.zeros(len(rows), dtype=bool)


def _compared(texts: Sequence[pd.Series], rows: np.ndarray) -> list[Any]:
    """Return what is compared of some rows: a text, or several texts together."""
    columns = [text.iloc[rows].tolist() for text in texts]
    return columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))


def first_that_holds(
    conditions: Sequence[pd.Series | np.ndarray],
    choices: Sequence[str | pd.Series | np.ndarray],
    otherwise: str = "",
) -> np.ndarray:
    """Return for each row the text of the first condition that holds, as `np.select` does.

    A text stands in memory once, however many rows have it.

    >>> first_that_holds([np.array([True, False])], ["红灯"], "绿灯").tolist()
    ['红灯', '绿灯']
    """
    found = np.full(len(conditions[0]), otherwise, dtype=object)
    for condition, choice in reversed(list(zip(conditions, choices, strict=True))):
        rows = np.flatnonzero(condition)
        found[rows] = choice if isinstance(choice, str) else np.asarray(choice, dtype=object)[rows]
    return found
