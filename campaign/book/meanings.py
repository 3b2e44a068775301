"""The words of a header and what they mean: header_words.csv, and what no list knows."""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache

from campaign.book.header_text import normalised
from campaign.resources import reference_file

# An unknown word before the last known one only qualifies it (Chinese puts the head last).
MODIFIER, LEFTOVER = 0.3, 0.6
_MODIFIES, _UNKNOWN = "-", "="
# Whose figure it is goes without saying on a sheet of loans or customers.
UNDERSTOOD = frozenset({"customer", "loan", "ours", "now"})
UNDERSTOOD_SHARE = 0.3
# What a sheet is about goes without saying in its headers: 禁扰客户 on a list of those, 联络客户 on
# a log of visits.
THEMES = {
    "contacts": frozenset({"visit"}),
    "do_not_contact": frozenset({"refuse", "visit"}),
    "prospects": frozenset({"potential"}),
    "managers": frozenset({"staff", "manager"}),
    "targets": frozenset({"metric"}),
    "votes": frozenset({"outlook"}),
}
THEME_SHARE = 0.1
# What a header must say, one of these, to be one of a field that is easily mistaken.
_OWED = frozenset({"overdue", "arrears", "penalty"})
CORE = {
    "arrears_count": _OWED,
    "days_past_due": _OWED,
    "interest_arrears": frozenset({"arrears", "overdue"}),
    "other_monthly_payment": frozenset({"other", "debt"}),
    "registered_maximum": frozenset({"collateral", "guarantee", "limit"}),
    "prior_registered": frozenset({"prior"}),
    "extension_count": frozenset({"extend"}),
    "annual_rate": frozenset({"rate", "month"}),
    "relation_since": frozenset({"relation"}),
    "guarantees_given": frozenset({"outward"}),
    "is_revolving": frozenset({"revolve"}),
    "dishonest": frozenset({"dishonest"}),
    "lawsuit": frozenset({"lawsuit"}),
    "recent_enquiries": frozenset({"enquiry"}),
    "deposit_average": frozenset({"average"}),
    "referrals": frozenset({"refer", "referrals"}),
    "appraisal_date": frozenset({"appraise", "value"}),
    "collateral_value": frozenset({"appraise", "value"}),
    "credit_limit": frozenset({"limit"}),
    "credit_grade": frozenset({"grade"}),
    "enterprise_scale": frozenset({"scale"}),
    "leave_days": frozenset({"leave"}),
    "settle_date": frozenset({"settle"}),
}
# A word of at least this weight makes the header that of another person, thing or day.
FOREIGN = 1.2
# A word of at least this weight makes it, perhaps, another one.
MORE = 0.7
# What a unit beside a header says of it, and kinds of things that 分类 sorts instead of risks.
_UNIT_MEANINGS = {"天": "days", "日": "days", "期": "times", "次": "times"}
_SORTED = re.compile("(?:产品|品种|规模|行业|客户|企业|担保|业务|用途)(?:分类|大类|细类)")
_SUMS = frozenset(["balance", "grant", "limit", "value", "arrears"])
_COUNTED = frozenset({"times", "days", "date", "term"})
_NUMBERED = frozenset(
    ["id", "cert", "creditcode", "staffid", "phone", "account", "note", "contract", "industry"]
)


@cache
def _words() -> tuple[dict[str, str], dict[str, float], int]:
    meaning, weight = {}, {}
    with reference_file("header_words.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            meaning[normalised(row["word"])] = row["meaning"]
            weight[row["meaning"]] = float(row["weight"])
    return meaning, weight, max(map(len, meaning))


@lru_cache(maxsize=20_000)
def meanings(text: str) -> frozenset[str]:
    """Return the meanings of a normalised header; a run of unknown signs stands for itself.

    A run before the last known word begins with `-`, as it only qualifies; one after it, or
    alone, with `=`.

    >>> sorted(meanings("在贷本金结余"))
    ['balance', 'principal']
    >>> sorted(meanings("某某余额")), sorted(meanings("余额某某"))
    (['-某某', 'balance'], ['=某某', 'balance'])
    """
    words, _, longest = _words()
    found: list[str] = []
    start = 0
    while start < len(text):
        for length in range(min(longest, len(text) - start), 0, -1):
            word = text[start : start + length]
            if word in words:
                found.append(words[word])
                break
        else:
            length = 1
            if found and found[-1][0] == _UNKNOWN:
                found[-1] += text[start]
            else:
                found.append(_UNKNOWN + text[start])
        start += length
    if text.isascii() and any(map(is_unknown, found)):
        return frozenset([_UNKNOWN + text])  # letters that only happen to hold an English word
    last = max((n for n, meaning in enumerate(found) if meaning[0] != _UNKNOWN), default=-1)
    return frozenset(
        _MODIFIES + meaning[1:] if meaning[0] == _UNKNOWN and place < last else meaning
        for place, meaning in enumerate(found)
    )


def readings(text: str, unit: str = "") -> list[frozenset[str]]:
    """Return the ways to understand a header's words, the plainest first.

    Args:
        text: Normalised header.
        unit: The unit beside it.

    >>> [sorted(way) for way in readings("期末本金")]
    [['principal', 'stock'], ['balance', 'stock']]
    """
    found = meanings(text)
    ways = [found]
    if "principal" in found and not found & {"amount", "balance"}:
        ways.append(found - {"principal"} | {"balance" if "stock" in found else "amount"})
    if {"arrears", "times"} <= found:
        ways.append(found - {"arrears"} | {"overdue"})
    if {"note", "business"} <= found:
        ways.append(found - {"business"})
    if "voucher" in found and found & {"note", "loan", "grant"}:
        ways.append(found - {"voucher"} | {"note"})
    if "turnover" in found and "average" in found:
        ways.append(found - {"average"})
    if "id" in found and text.endswith("标识"):
        ways.append(found - {"id"} | {"flag"})
    if _SORTED.search(text):
        ways.append(found - {"class5", "division"} | {"method"})
    if unit in _UNIT_MEANINGS:
        ways.append(found | {_UNIT_MEANINGS[unit]})
    return ways


def is_foreign(header: frozenset[str], alias: frozenset[str], role: str = "") -> bool:
    """Return whether a header speaks of somebody or something that an alias does not know.

    Args:
        header: Meanings of the header.
        alias: Meanings of what another bank writes.
        role: What the header's sheet holds.

    >>> is_foreign(meanings("担保人证件号码"), meanings("证件号码"))
    True
    >>> is_foreign(meanings("押品编号"), meanings("押品")), is_foreign(meanings("押品"), meanings("押品"))
    (True, False)
    """
    if "id" in header and not alias & _NUMBERED:
        return True
    if alias & _SUMS and (header - alias) & _COUNTED:
        return True  # 剩余期数 is no balance
    return any(
        weight(meaning) >= FOREIGN for meaning in header - alias - THEMES.get(role, frozenset())
    )


def lacks_core(header: frozenset[str], field: str) -> bool:
    """Return whether a header says nothing of what a field is about; 月还款额 may be our own.

    >>> lacks_core(meanings("贷款期数"), "arrears_count"), lacks_core(meanings("逾期期数"), "arrears_count")
    (True, False)
    """
    core = CORE.get(field)
    return core is not None and not header & core


def says_more(header: frozenset[str], alias: frozenset[str]) -> bool:
    """Return whether a header has a telling or unknown word that an alias has not.

    >>> says_more(meanings("担保到期日"), meanings("到期日")), says_more(meanings("贷款到期日"), meanings("到期日"))
    (True, False)
    """
    more = header - alias - ({"amount"} if alias & _SUMS else set())
    return any(is_unknown(m) or weight(m) >= MORE for m in more)


def is_telling(text: str) -> bool:
    """Return whether a name says more than that it is a number or code of something.

    >>> is_telling("客户编号"), is_telling("ECIF号".lower())
    (True, False)
    """
    found = meanings(text)
    return found != {"id"} and not found <= {"id", "now", "stock"}


def names_somebody_else(text: str) -> bool:
    """Return whether a header names a manager, a guarantor, a spouse, another bank or the like.

    >>> names_somebody_else("客户经理联系方式"), names_somebody_else("短信通知号码")
    (True, False)
    """
    found = meanings(text)
    return "manager" in found or any(weight(meaning) >= FOREIGN for meaning in found)


def understood_words() -> list[str]:
    """Return the words that go without saying on a sheet of loans or customers."""
    return [word for word, meaning in _words()[0].items() if meaning in UNDERSTOOD]


def is_unknown(meaning: str) -> bool:
    """Return whether a meaning is a run of signs that no list knows."""
    return meaning[0] in (_UNKNOWN, _MODIFIES)


def weight(meaning: str) -> float:
    """Return how much a meaning tells, 0.05 (now) to 1.5 (another person)."""
    if meaning[0] == _MODIFIES:
        return MODIFIER
    return LEFTOVER if meaning[0] == _UNKNOWN else _words()[1][meaning]


def likeness(header: frozenset[str], alias: frozenset[str], role: str = "") -> float:
    """Return how alike two headers are, 0 to 1: shared weight against that of only one.

    Args:
        header: Meanings of the header.
        alias: Meanings of what another bank writes.
        role: What the header's sheet holds.

    Formula:
        2 x shared / (header + alias); what goes without saying counts 0.3, what the sheet is
        about 0.1, in the header where the alias does not say it.
    """
    shared = sum(map(weight, header & alias))
    theme = THEMES.get(role, frozenset())
    own = sum(
        weight(meaning) * (1.0 if meaning in alias else _unsaid(meaning, theme))
        for meaning in header
    )
    return 2 * shared / max(own + sum(map(weight, alias)), 1e-9)


def _unsaid(meaning: str, theme: frozenset[str]) -> float:
    if meaning in theme:
        return THEME_SHARE
    return UNDERSTOOD_SHARE if meaning in UNDERSTOOD else 1.0
