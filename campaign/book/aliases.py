"""What other banks call our fields: exact names, and likeness by the meaning of their words.

A header that is in no list is cut into words; each word has a meaning and a weight
(campaign/reference/header_words.csv). Two headers are alike as far as the weights of their
shared meanings outweigh those that only one of them has: 在贷本金结余 means what 贷款余额
means, 年初余额 does not.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property

from rapidfuzz import fuzz

from campaign.book.candidate import Candidate, Target
from campaign.book.header_text import HeaderText, normalised, read_header
from campaign.book.likelihood import Likelihood
from campaign.book.meanings import (
    is_foreign,
    is_telling,
    is_unknown,
    lacks_core,
    likeness,
    meanings,
    readings,
    says_more,
    understood_words,
    weight,
)
from campaign.book.pinyin import initials
from campaign.resources import reference_file
from campaign.vocabulary import BOOK_TABLES

WEAK = 0.86
MANAGER_WORDS = ("客户经理", "管户", "信贷员", "经办人", "主办人")
CUSTOMERS_OWN = frozenset({"phone", "cert_no", "address", "customer_name", "customer_id"})
LIKE = 0.94
TYPO = 0.90
FOREIGN_FACTOR = 0.9
HINT = 0.49
INITIALS, WITHOUT_PREFIX = 0.91, 0.84
LEAST_INITIALS = 3
LEAST_LIKE = 0.45
_MONEY_LETTERS = ("rmb", "cny", "yuan")
UNDER_GROUP = 0.60
TELLING = 0.35
STRANGE_GROUP = 0.85

# Tables whose fields a sheet of the role may carry beside its own.
BESIDE = {
    "loans": ("customers", "other_loans"),
    "customers": ("other_loans", "loans"),
}
BESIDE_FIELDS = {
    ("loans", "other_loans"): frozenset(
        {"lender", "balance", "maturity_date", "loan_amount", "annual_rate", "knowledge_source"}
    ),
    ("customers", "other_loans"): frozenset(
        {"lender", "balance", "maturity_date", "loan_amount", "annual_rate", "knowledge_source"}
    ),
    ("customers", "loans"): frozenset({"manager_id", "manager_name", "branch", "cert_no"}),
}
BESIDE_FACTOR = 0.97


@dataclass(frozen=True)
class _Alias:
    target: Target
    text: str
    weight: float
    order: int


class RoleAliases:
    """The aliases that count on a sheet of one role."""

    def __init__(self, role: str) -> None:
        """Gather the role's own aliases, the shared ones and those of tables beside it."""
        self.role = role
        self.exact: dict[str, dict[Target, _Alias]] = defaultdict(dict)
        self._alike: dict[tuple[Target, frozenset[str]], _Alias] = {}
        for alias in _aliases_of(role):
            self.exact[alias.text].setdefault(alias.target, alias)
            if is_telling(alias.text):
                self._alike.setdefault((alias.target, meanings(alias.text)), alias)
        self._by_meaning: dict[str, list[tuple[Target, frozenset[str]]]] = defaultdict(list)
        for key in self._alike:
            for meaning in key[1]:
                if weight(meaning) >= TELLING:
                    self._by_meaning[meaning].append(key)

    @cached_property
    def _initials(self) -> dict[str, dict[Target, _Alias]]:
        """Return the aliases by the first letters of their pinyin; few files need them."""
        found: dict[str, dict[Target, _Alias]] = defaultdict(dict)
        for aliases in self.exact.values():
            for alias in aliases.values():
                found[initials(alias.text)].setdefault(alias.target, alias)
        return found

    @cached_property
    def likelihood(self) -> Likelihood:
        """Return which field the signs of a header speak for; few files need it."""
        return Likelihood(
            (target, text) for text, aliases in self.exact.items() for target in aliases
        )

    def candidates(self, header: HeaderText) -> list[Candidate]:
        """Return what a header may mean, best first."""
        found = self._exact_candidates(header)
        if not any(candidate.score >= 0.99 for candidate in found.values()):
            for candidate in self.like(header):
                best = found.get(candidate.target)
                if best is None or candidate.score > best.score:
                    exact = best is not None and best.exact
                    found[candidate.target] = replace(candidate, exact=exact)
        return sorted(found.values(), key=lambda c: (-c.score, c.order, c.target.field))

    def exact_score(self, header: HeaderText) -> Candidate | None:
        """Return the best exact match of a header, or None."""
        found = self._exact_candidates(header)
        return max(found.values(), key=lambda c: (c.score, -c.order), default=None)

    def _exact_candidates(self, header: HeaderText) -> dict[Target, Candidate]:
        found: dict[Target, Candidate] = {}
        for text, share in self._readings(header):
            for target, alias in self.exact.get(text, {}).items():
                score = alias.weight * share
                if target not in found or found[target].score < score:
                    proof = (
                        "表头一致" if share == 1 else f"表头一致（去掉{header.raw}的上级或括号）"
                    )
                    found[target] = Candidate(target, score, proof, alias.order, exact=True)
        return found

    def _readings(self, header: HeaderText) -> Iterator[tuple[str, float]]:
        """Yield ways to read a header exactly, with how much each is worth."""
        if header.group:
            yield header.group + header.name, 1.0
            if header.bare != header.name:
                yield header.group + header.bare, 0.97
        strange = _strange(header.group)
        yield header.name, UNDER_GROUP if strange else 1.0
        if header.bare != header.name:
            qualified = strange or _strange(header.name[len(header.bare) :])
            yield header.bare, UNDER_GROUP if qualified else 0.97

    def like(self, header: HeaderText) -> Iterator[Candidate]:
        """Yield fields whose aliases mean the same, or are the same but for a typing slip."""
        yield from self._by_initials(header)
        text = header.group + header.name
        ways = readings(text, header.unit)
        keys = dict.fromkeys(
            key for read in ways for word in sorted(read) for key in self._by_meaning[word]
        )
        strange = any(map(is_unknown, ways[0]))
        of_manager = any(word in text for word in MANAGER_WORDS)
        for key in keys:
            alias = self._alike[key]
            if of_manager and alias.target.field in CUSTOMERS_OWN:
                continue  # 客户经理|电话 is not the customer's
            best = max(ways, key=lambda read: likeness(read, key[1], self.role))
            score = LIKE * likeness(best, key[1], self.role)
            if strange or any(map(is_unknown, key[1])):
                score = max(score, TYPO * _typing_likeness(header.name, alias.text))
            if score >= LEAST_LIKE:
                proof = f"与“{alias.text}”意思相近"
                foreign = is_foreign(best, key[1], self.role)
                if not any(found for found in ways if not lacks_core(found, alias.target.field)):
                    score = min(score, HINT)
                yield Candidate(
                    alias.target,
                    score * alias.weight * (FOREIGN_FACTOR if foreign else 1.0),
                    proof,
                    alias.order,
                    foreign=foreign,
                    says_more=says_more(best, key[1]),
                )

    def _by_initials(self, header: HeaderText) -> Iterator[Candidate]:
        """Yield fields whose Chinese name begins, sign by sign, with the letters of a header."""
        name = header.name
        if len(name) < LEAST_INITIALS or not (name.isascii() and name.isalpha()):
            return
        for money in _MONEY_LETTERS:
            name = name.removesuffix(money)
        for sure, letters in ((INITIALS, name), (WITHOUT_PREFIX, _without_prefix(name))):
            for target, alias in self._initials.get(letters, {}).items():
                proof = f"“{alias.text}”的拼音首字母"
                yield Candidate(target, sure * alias.weight, proof, alias.order)


def _without_prefix(letters: str) -> str:
    """Return letters without those of a word that goes without saying: DQZXLL is 执行利率."""
    for prefix in understood_initials():
        if letters.startswith(prefix) and len(letters) - len(prefix) >= LEAST_INITIALS:
            return letters[len(prefix) :]
    return ""


@cache
def understood_initials() -> tuple[str, ...]:
    """Return the letters of the words that go without saying, such as dq for 当前."""
    return tuple(dict.fromkeys(initials(word) for word in understood_words() if len(word) == 2))


@cache
def role_aliases(role: str) -> RoleAliases:
    """Return the aliases of a role, made once."""
    return RoleAliases(role)


def field_aliases(table: str, field: str) -> list[str]:
    """Return what other banks call a field, for `campaign fields`."""
    return [
        row["alias"] for row in _rows() if row["field"] == field and row["role"] in (table, "*")
    ]


def _aliases_of(role: str) -> Iterator[_Alias]:
    table = BOOK_TABLES[role]
    own = set(table.columns) - {"source_row"}
    order = 0
    for field in table.fields:
        if field.name != "source_row":
            yield _Alias(Target(role, field.name), read_header([field.label]).name, 1.0, order)
    for row in _rows():
        order += 1
        for place, factor in _places(role, own, row):
            weight = (1.0 if row["weight"] == "strong" else WEAK) * factor
            text = _name(row["alias"])
            if text:
                yield _Alias(Target(place, row["field"]), text, weight, order)


def _places(role: str, own: set[str], row: dict[str, str]) -> Iterator[tuple[str, float]]:
    """Yield the tables that an alias may lead to from a sheet of a role."""
    of, field, alias = row["role"], row["field"], row["alias"]
    if field.startswith("_"):
        from_beside = of in BESIDE.get(role, ()) and (of != "other_loans" or _of_other_bank(alias))
        if of in (role, "*") or from_beside:
            yield role, BESIDE_FACTOR if from_beside else 1.0
        return
    if of == role or (of == "*" and field in own):
        yield role, 1.0
        return
    for beside in BESIDE.get(role, ()):
        allowed = BESIDE_FIELDS.get((role, beside), frozenset(BOOK_TABLES[beside].columns))
        shared = of == beside or (of == "*" and beside != "other_loans")
        plain = beside != "other_loans" or _of_other_bank(alias)
        if field in allowed and shared and plain:
            yield beside, BESIDE_FACTOR
            return


@cache
def _name(alias: str) -> str:
    """Return an alias as headers are compared; most count on sheets of several roles."""
    return read_header([alias]).name


@cache
def _of_other_bank(alias: str) -> bool:
    return "other" in meanings(normalised(alias))


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with reference_file("column_aliases.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _typing_likeness(left: str, right: str) -> float:
    if left.isascii():
        return 0.0  # each letter is a word there: DKYE is no slip of DKJE
    found = fuzz.ratio(left, right) / 100
    return found if found >= 0.75 else 0.0


def _strange(text: str) -> bool:
    """Return whether a group or qualifier changes what the name under it means."""
    return any(weight(meaning) >= STRANGE_GROUP for meaning in meanings(text))
