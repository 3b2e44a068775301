"""Names of people and firms, as a county's register would show them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from campaign.synthetic.county import County

Texts = NDArray[np.object_]
Draws = Any


def person_names(county: County, is_male: NDArray[np.bool_], luck: Draws) -> Texts:
    """Return names of people; frequent surnames come up more often.

    Example:
        >>> from campaign.synthetic.county import load_county
        >>> luck = np.random.Generator(np.random.PCG64(1))
        >>> [len(name) in (2, 3) for name in person_names(load_county(), np.array([True]), luck)]
        [True]
    """
    people = county.words["people"]
    count = len(is_male)
    surnames = _letters(people["surnames"])
    weight = 1.0 / (np.arange(len(surnames)) + 6)
    surname = surnames[_weighted(weight, count, luck)]
    given = np.where(
        is_male, _pick(people["male"], count, luck), _pick(people["female"], count, luck)
    )
    second = np.where(
        is_male, _pick(people["male"], count, luck), _pick(people["female"], count, luck)
    )
    short = (luck.random(count) < 0.22) | (given == second)
    return np.asarray(surname + given + np.where(short, "", second), dtype=object)


def firm_names(county: County, trade: NDArray[np.int64], kind: Texts, luck: Draws) -> Texts:
    """Return names of firms: 公司, 合作社 or a shop of a sole trader, by `kind`.

    Args:
        county: The words and the trades.
        trade: Row of each firm's trade.
        kind: company, cooperative or sole_trader.
        luck: The stream of random numbers to draw from.
    """
    firms = county.words["firms"]
    count = len(trade)
    first, second = _pick(firms["first"], count, luck), _pick(firms["second"], count, luck)
    brand = first + np.where(first == second, "和", second)
    choices = [names.split("|") for names in county.trades["firm"]]
    widest = max(len(names) for names in choices)
    table = np.array([(names * widest)[:widest] for names in choices], dtype=object)
    short = table[:, 0][trade]
    word = table[trade, luck.integers(0, widest, count)]
    company = county.words["county"] + brand + _company_word(table)[trade] + "有限公司"
    cooperative = county.words["county"] + brand + "农民专业合作社"
    shop = county.words["county"] + brand + np.where(luck.random(count) < 0.6, word, short)
    named = np.where(kind == "company", company, np.where(kind == "cooperative", cooperative, shop))
    return np.asarray(named, dtype=object)


def _company_word(table: Texts) -> Texts:
    endings = (
        "经营部",
        "批发部",
        "门市部",
        "商行",
        "商店",
        "店",
        "行",
        "厂",
        "队",
        "站",
        "部",
        "场",
    )
    words = []
    for names in table:
        plain = [name for name in names if not name.endswith(endings)]
        words.append(plain[0] if plain else "商贸")
    return np.array(words, dtype=object)


def _letters(text: str) -> Texts:
    return np.array(list(text), dtype=object)


def _pick(letters: str, count: int, luck: Draws) -> Texts:
    return np.asarray(_letters(letters)[luck.integers(0, len(letters), count)])


def _weighted(weight: NDArray[np.float64], count: int, luck: Draws) -> NDArray[np.int64]:
    edges = np.cumsum(weight) / weight.sum()
    return np.asarray(np.minimum(np.searchsorted(edges, luck.random(count)), len(weight) - 1))
