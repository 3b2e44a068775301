"""Which fine trade a customer is in: by words first, else by the GB/T class."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from campaign.growth.trade_words import CLASS_TRADES, KIN_CLASSES, TRADE_WORDS

CLASS_DIGITS = (4, 3, 2)
DIVISION_DIGITS = 2
SHORT_NAME = 4


@dataclass(frozen=True)
class TradeBook:
    """What a season table knows of trades.

    Attributes:
        word_trade: Word to the trade that it betrays; longer words are tried first.
        trade_codes: Trade to the GB/T codes that its rows carry, and those it also goes on in.
        trade_rows: Trade to the names of its rows in the season table.
        codes: GB/T codes, of any level, that have a row of their own.
        class_trade: GB/T class without a row to the trade whose season it shares.
    """

    word_trade: Mapping[str, str]
    trade_codes: Mapping[str, frozenset[str]]
    trade_rows: Mapping[str, tuple[str, ...]]
    codes: frozenset[str]
    class_trade: Mapping[str, str]

    @property
    def pattern(self) -> re.Pattern[str]:
        """Return the pattern that finds any word, the longest first."""
        words = sorted(self.word_trade, key=lambda word: (-len(word), word))
        return re.compile("|".join(re.escape(word) for word in words) or r"(?!)")


def trade_book(season: pd.DataFrame, extra_words: Mapping[str, str]) -> TradeBook:
    """Return the trades of a season table with the words that betray them.

    A trade that `TRADE_WORDS` does not know is found by its own name before any bracket.

    Args:
        season: Table SEASON_INDEX.
        extra_words: The bank's own words, each with the trade's name in the table; a word
            of digits is a GB/T class that belongs to the trade.
    """
    named = season[season["sub_industry"].fillna("").ne("")]
    named = named[["sub_industry", "industry_code"]].drop_duplicates()
    rows: dict[str, list[str]] = {}
    codes: dict[str, set[str]] = {}
    for name, code in sorted(named.itertuples(index=False, name=None)):
        trade = _stem(name)
        rows.setdefault(trade, []).append(name)
        codes.setdefault(trade, set()).add(code)
    words = {word: trade for trade in rows for word in TRADE_WORDS.get(trade, trade).split()}
    own = {word: _stem(name) for word, name in extra_words.items() if _stem(name) in rows}
    words |= {word: trade for word, trade in own.items() if not word.isdecimal()}
    shared = {code: trade for trade, listed in CLASS_TRADES.items() for code in listed.split()}
    shared |= {code: trade for code, trade in own.items() if code.isdecimal()}
    classes = season.loc[season["sub_industry"].fillna("").eq(""), "industry_code"]
    return TradeBook(
        word_trade=words,
        trade_codes={
            trade: frozenset(found | set(KIN_CLASSES.get(trade, "").split()))
            for trade, found in codes.items()
        },
        trade_rows={trade: tuple(names) for trade, names in rows.items()},
        codes=frozenset(classes.dropna()),
        class_trade={code: trade for code, trade in shared.items() if trade in rows},
    )


def recognise(people: pd.DataFrame, trades: TradeBook) -> pd.Series:
    """Return the trade of each customer, prospect or vote; empty where none is known.

    Words in the name and the business scope count first, whatever the class: they are
    finer. Words in the industry's name and the loan purpose count where the class agrees
    or is unknown (a restaurant that borrows to decorate is no decorator). Else the class
    itself, then the trade whose season a class without a row shares, then the levels above
    it, written as the code.

    Args:
        people: customer_name, main_business, industry, industry_code, and loan_use if any.
        trades: What `trade_book` returned.
    """
    code, codes = _numbered(people["industry_code"])
    told, texts = _told(people)
    asked, place = np.unique(told * len(codes) + code, return_inverse=True)
    pairs = [(texts[pair // len(codes)], codes[pair % len(codes)]) for pair in asked.tolist()]
    pattern = trades.pattern
    by_class = [_trade_of([], pattern.findall(text), code, trades) for text, code in pairs]
    found = np.array(by_class, dtype=object)[place]
    known: dict[tuple[tuple[str, ...], str], str] = {}
    for row, words in _own_words(people, pattern).items():
        key = tuple(words), codes[code[row]]
        if key not in known:
            known[key] = _trade_of(words, [], key[1], trades)
        found[row] = known[key]
    return pd.Series(found, index=people.index, dtype="str")


def _stem(name: str) -> str:
    """Return the known stem inside a trade's name, else the name before any bracket."""
    fitting = [stem for stem in TRADE_WORDS if stem in name]
    return max(fitting, key=len) if fitting else re.split(r"[（(]", name)[0]


def _numbered(texts: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Return the number of each text and the texts so numbered; an unknown one is empty."""
    number, distinct = pd.factorize(np.asarray(texts.fillna(""), dtype=object))
    return number, distinct.tolist()


def _told(people: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
    """Return each one's industry and loan purpose as a number, and the texts so numbered."""
    number, texts = np.zeros(len(people), dtype=np.int64), [""]
    for name in ("industry", "loan_use"):
        if name in people:
            own, words = _numbered(people[name])
            pairs, number = np.unique(number * len(words) + own, return_inverse=True)
            texts = [f"{texts[n // len(words)]} {words[n % len(words)]}" for n in pairs.tolist()]
    return number, texts


def _own_words(people: pd.DataFrame, pattern: re.Pattern[str]) -> dict[int, list[str]]:
    """Return the words in names and business scopes, by the place of those who have any."""
    names = people["customer_name"].fillna("").tolist()
    found = _found([name if len(name) >= SHORT_NAME else "" for name in names], pattern)
    scope, scopes = _numbered(people["main_business"])
    told = [pattern.findall(text) for text in scopes]
    tells = np.array([bool(words) for words in told], dtype=bool)
    for row in np.flatnonzero(tells[scope]).tolist():
        found[row] = found.get(row, []) + told[scope[row]]
    return found


def _found(texts: list[str], pattern: re.Pattern[str]) -> dict[int, list[str]]:
    """Return the words in texts, by the place of the text: all are gone through in one go.

    >>> _found(["好味饭店", "", "红星超市"], re.compile("饭店|超市"))
    {0: ['饭店'], 2: ['超市']}
    """
    ends = np.cumsum([len(text) + 1 for text in texts])
    matches = [(match.start(), match.group()) for match in pattern.finditer("\n".join(texts))]
    places = np.searchsorted(ends, [start for start, _ in matches], side="right")
    found: dict[int, list[str]] = {}
    for place, (_, word) in zip(places.tolist(), matches, strict=True):
        found.setdefault(place, []).append(word)
    return found


def _trade_of(own: Sequence[str], told: Sequence[str], code: str, trades: TradeBook) -> str:
    """Return the trade by words of his own, by those that count only with his class, by this."""
    candidates = [trades.word_trade[word] for word in own]
    if not candidates:
        candidates = [
            trade
            for trade in (trades.word_trade[word] for word in told)
            if not code or _same_division(code, trades.trade_codes[trade])
        ]
    for trade in candidates:
        if code in trades.trade_codes[trade]:
            return trade
    if candidates:
        return candidates[0]
    if code not in trades.codes and code in trades.class_trade:
        return trades.class_trade[code]
    return next((code[:n] for n in CLASS_DIGITS if code[:n] in trades.codes), "")


def _same_division(code: str, codes: frozenset[str]) -> bool:
    return any(code[:DIVISION_DIGITS] == other[:DIVISION_DIGITS] for other in codes)
