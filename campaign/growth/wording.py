"""Words and cell addresses that estimates carry, made for whole columns at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TypeVar

import numpy as np
import pandas as pd

YUAN_A_WAN = 10_000
T = TypeVar("T")


def wan(values: Iterable[float]) -> list[str]:
    """Return amounts in words, 万元 with at most two decimals; an unknown one is 未知.

    >>> wan([305_000.0, 2_000_000.0, float("nan")])
    ['30.5万元', '200万元', '未知']
    """
    rounded = np.round(np.array(_listed(values), dtype=float), -2).tolist()
    return ["未知" if v != v else f"{v / YUAN_A_WAN:.10g}万元" for v in rounded]


def day_words(days: pd.Series, unknown: str = "") -> list[str]:
    """Return days in words, each day put into words once.

    >>> day_words(pd.Series([pd.Timestamp(2027, 1, 8), pd.NaT]), "未知")
    ['2027-01-08', '未知']
    """
    number, distinct = pd.factorize(days)
    words = [day.strftime("%Y-%m-%d") for day in pd.DatetimeIndex(distinct)]
    return np.array([*words, unknown], dtype=object)[number].tolist()  # type: ignore[no-any-return]


def listed(flags: np.ndarray, words: Sequence[str], between: str = "；") -> list[str]:
    """Return for each row the words whose column is true, joined.

    >>> listed(np.array([[True, False], [True, True]]), ["涉诉", "欠息"])
    ['涉诉', '涉诉；欠息']
    """
    if not len(flags):
        return []
    weights = 1 << np.arange(flags.shape[1], dtype=np.int64)
    codes, position = np.unique(flags.astype(np.int64) @ weights, return_inverse=True)
    texts = [between.join(w for b, w in enumerate(words) if code >> b & 1) for code in codes]
    return np.array(texts, dtype=object)[position].tolist()  # type: ignore[no-any-return]


def joined_by_owner(texts: pd.Series, owner: np.ndarray, owners: int) -> list[str]:
    """Return for each owner its texts joined by ;, in the order given; -1 owns nothing.

    >>> joined_by_owner(pd.Series(["借据!2", "借据!3", "借据!4"]), np.array([1, 0, 1]), 3)
    ['借据!3', '借据!2;借据!4', '']
    """
    order = np.argsort(owner, kind="stable")
    sorted_owner = owner[order]
    values = texts.fillna("").to_numpy(dtype=object)[order].tolist()
    starts = np.searchsorted(sorted_owner, np.arange(owners), side="left").tolist()
    ends = np.searchsorted(sorted_owner, np.arange(owners), side="right").tolist()
    return [";".join(values[a:b]) for a, b in zip(starts, ends, strict=True)]


def both(first: Iterable[str], second: Iterable[str], between: str = ";") -> list[str]:
    """Return two columns of text joined where both say something.

    >>> both(["借据!2", ""], ["客户!5", "客户!6"])
    ['借据!2;客户!5', '客户!6']
    """
    pairs = zip(_listed(first), _listed(second), strict=True)
    return [f"{a}{between}{b}" if a and b else a or b for a, b in pairs]


def once_each(texts: pd.Series, make: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Return what `make` says of every text, asked once for each distinct one.

    >>> once_each(pd.Series(["仓单", "住宅", "仓单"]), lambda text: text.str.len()).tolist()
    [2, 2, 2]
    """
    code, distinct = pd.factorize(texts, use_na_sentinel=False)
    made = make(pd.Series(distinct))
    return made.take(code).set_axis(texts.index)


def has_words(texts: pd.Series, words: str) -> pd.Series:
    """Return which texts hold a pattern; unknown ones do not.

    >>> has_words(pd.Series(["电话联系", None]), "电话|微信").tolist()
    [True, False]
    """
    return once_each(texts.fillna(""), lambda text: text.str.contains(words))


def _listed(values: Iterable[T]) -> list[T]:
    """Return values as a list; going through a column of text one by one is slow."""
    return values.tolist() if isinstance(values, pd.Series) else list(values)


def sheet_order(rows: pd.Series) -> np.ndarray:
    """Return positions that put cell addresses in the order of sheets and true rows.

    >>> sheet_order(pd.Series(["借据!12", "借据!3", "借据!100"])).tolist()
    [1, 0, 2]
    """
    texts = rows.fillna("").tolist()
    sheet = texts[0].rpartition("!")[0] + "!" if texts else ""
    with suppress(ValueError):  # most tables lie on one sheet
        if all(text.startswith(sheet) for text in texts):
            return np.argsort([int(text[len(sheet) :]) for text in texts], kind="stable")
    split = [text.rpartition("!") for text in texts]
    numbers = np.array([int(p[2]) if p[2].isdecimal() else 0 for p in split], dtype=np.int64)
    sheets, _ = pd.factorize(np.array([p[0] for p in split], dtype=object), sort=True)
    return np.lexsort((numbers, sheets))
