"""A plan as the managers' lists look it up: money, reasons, contacts, days; for the whole bank."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from campaign.growth.keys import each_once, numbers_known
from campaign.render.contacts import COLUMNS, TRAITS, ContactCards
from campaign.render.formats import REFERENCE_ONLY, UNKNOWN, week_name
from campaign.render.guidance import Guidance
from campaign.render.masking import Masker
from campaign.render.ranking import ranked, top
from campaign.vocabulary import CardKind, Grade, GuaranteeType, Signal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from campaign.plan.campaign_plan import CampaignPlan
    from campaign.progress.carried import Carried

TO_CHECK = "待核实"
UNCHECKED_SHOWN = 2
POINTS_SHOWN = 1
TO_ASK = "补问"
UNCHANGED = "经营、库存、负债"
# The kind of loan whose questions and papers hold; of several loans the one named first here.
KIND_OF_LOAN = {
    GuaranteeType.MORTGAGE.value: CardKind.MORTGAGE,
    GuaranteeType.COMBINED.value: CardKind.MORTGAGE,
    GuaranteeType.GUARANTEED.value: CardKind.GUARANTEED,
    GuaranteeType.CREDIT.value: CardKind.CREDIT,
}


# What lists look up of the whole bank.
LOOKED_UP = (
    "look_again", "people", "rooms", "referrers", "_kinds", "_peaks", "_first_days", "_cards",
)  # fmt: skip


@dataclass(frozen=True)
class ActionSource:
    """A plan with what its lists look up; each look-up is made once."""

    plan: CampaignPlan
    masker: Masker
    guidance: Guidance
    carried: Carried | None = None
    cards: ContactCards | None = None

    def part(
        self, plan: CampaignPlan, carried: Carried | None, **tables: pd.DataFrame
    ) -> ActionSource:
        """Return a part of the plan with its tables; what is looked up stays that of the whole.

        Args:
            plan: The plan cut down to some managers.
            carried: What is carried over, cut down likewise.
            tables: `touches`, `opportunities` and `served` of those managers.
        """
        part = replace(self, plan=plan, carried=carried)
        whole = {name: getattr(self, name) for name in LOOKED_UP}
        vars(part).update(whole, **tables)  # where cached properties keep what they found
        return part

    @cached_property
    def touches(self) -> pd.DataFrame:
        """Return the touches planned, and those done before with `is_done`, which come last.

        `customer_no` numbers the customers here and in `opportunities`.
        """
        planned = self.plan.touches.assign(is_done=False)
        if self.carried is not None:
            done = self.carried.touches.assign(is_done=True)
            planned = pd.concat([planned, done], ignore_index=True)
        numbers, _ = self._customer_numbers
        return planned.assign(customer_no=numbers.get_indexer(pd.Index(planned["customer_id"])))

    @cached_property
    def growth(self) -> pd.DataFrame:
        """Return table OPPORTUNITIES with `customer_no`, in its own order."""
        return self.plan.growth.opportunities.assign(customer_no=self._customer_numbers[1])

    @cached_property
    def opportunities(self) -> pd.DataFrame:
        """Return the opportunities with what touches can add to each, best first."""
        return best_first(self.growth)

    @cached_property
    def _customer_numbers(self) -> tuple[pd.Index, NDArray[np.intp]]:
        """Return the customers who may bring something, and who of them each opportunity is."""
        customers = np.asarray(self.plan.growth.opportunities["customer_id"], dtype=object)
        numbers, distinct = pd.factorize(customers)
        return pd.Index(distinct), numbers

    @cached_property
    def served(self) -> pd.DataFrame:
        """Return the opportunities of those who are touched, whoever's they are, best first."""
        return self.opportunities

    @cached_property
    def look_again(self) -> dict[str, str]:
        """Return what is to be looked at on site, by customer, where something is."""
        screen = self.plan.growth.screen
        known, _ = self._customer_numbers
        screen = screen[screen["customer_id"].isin(known)]
        columns = ["customer_id", "signal", "reasons", "not_checked"]
        signals = zip(*(screen[name].fillna("").tolist() for name in columns), strict=True)
        found = {c: _look_again(signal, why, missing) for c, signal, why, missing in signals}
        found.update(self._points_of_change)
        return {customer: words for customer, words in found.items() if words}

    @cached_property
    def _points_of_change(self) -> dict[str, str]:
        """Return 变化点 of the customers that have one, yellow ones marked, in short."""
        rows = self.plan.growth.headroom[["customer_id", "signal", "look_again"]].dropna()
        marks = {Signal.YELLOW.value: "黄灯："}
        told = zip(*(rows[name].tolist() for name in rows), strict=True)
        return {
            c: marks.get(signal, "") + _short_points(points) for c, signal, points in told if points
        }

    @cached_property
    def _kinds(self) -> dict[str, str]:
        """Return the kind of loan of each borrower whose security is known."""
        rank = {code: place for place, code in enumerate(KIND_OF_LOAN)}
        loans = self.plan.book.loans
        place = numbers_known(loans["guarantee_type"], rank, -1)
        secured, place = loans["customer_id"][place >= 0], place[place >= 0]
        number, customers = pd.factorize(np.asarray(secured, dtype=object))
        first = np.full(len(customers) + 1, len(rank))  # the last stands for unknown
        np.minimum.at(first, number, place)
        labels = [kind.label for kind in KIND_OF_LOAN.values()]
        found = zip(customers.tolist(), first.tolist(), strict=False)
        return {customer: labels[place] for customer, place in found}

    @cached_property
    def people(self) -> dict[str, str]:
        """Return manager numbers with names."""
        staff = self.plan.managers
        return dict(zip(staff["manager_id"], staff["manager_name"].fillna(""), strict=True))

    @cached_property
    def rooms(self) -> pd.Index:
        """Return the customers of table HEADROOM, in its order."""
        customers: pd.Index = pd.Index(self.plan.growth.headroom["customer_id"])
        return customers

    @cached_property
    def referrers(self) -> pd.DataFrame:
        """Return whom each customer brings and brought, by his number."""
        columns = ["customer_id", "names", "descendants", "brought_balance"]
        return self.plan.growth.referral[columns].set_index("customer_id")

    @cached_property
    def _peaks(self) -> dict[tuple[str, str], int]:
        """Return the strongest week inside the window by industry code and trade."""
        season = self.plan.season
        season = season[season["week"].isin(self.plan.window.weeks) & (season["index"] > 1)]
        best = season.sort_values(["index", "week"], ascending=[False, True], kind="stable")
        best = best.drop_duplicates(["industry_code", "sub_industry"])
        keys = zip(best["industry_code"], best["sub_industry"].fillna(""), strict=True)
        return dict(zip(keys, best["week"].astype(int), strict=True))

    @cached_property
    def _first_days(self) -> pd.Series:
        touches = self.plan.touches.sort_values("date", kind="stable")
        return touches.drop_duplicates("customer_id").set_index("customer_id")["date"]

    @cached_property
    def _cards(self) -> ContactCards:
        return self.cards or ContactCards(self.plan.book, self.masker)

    def peak(self, code: Any, trade: Any) -> str:
        """Return the week in which a trade wants most money, in words."""
        key = (code if isinstance(code, str) else "", trade if isinstance(trade, str) else "")
        week = self._peaks.get(key, self._peaks.get((key[0], "")))
        return UNKNOWN if week is None else week_name(week)

    def name_of(self, manager: Any) -> str:
        """Return a manager's name by his number; other words stay as they are."""
        return self.people.get(manager, manager) if isinstance(manager, str) else ""

    def with_cards(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows with each customer's name, phone, trade, area and kind, masked."""
        rows = self._joined(rows, COLUMNS)
        for column in ("reason", "why", "lender", "senior_ask"):
            if column in rows:
                rows[column] = self._cards.texts(rows[column])
        return rows

    def with_traits(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows with each customer's trade, area and kind: for counts, where nobody is named."""
        return self._joined(rows, TRAITS)

    def _joined(self, rows: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
        """Return rows with columns of their customers' cards that they do not have."""
        wanted = [name for name in names if name not in rows.columns]
        told = self._cards.columns(rows["customer_id"], wanted)
        return rows.reset_index(drop=True).assign(**told)

    def with_days(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows with cards, first day, kind of loan, and what to look at on site."""
        rows = self.with_cards(rows)
        rows["date"] = self._first_days.reindex(rows["customer_id"]).to_numpy()
        rows["loan_kind"] = [self._kinds.get(c, UNKNOWN) for c in rows["customer_id"].tolist()]
        rows.loc[rows["is_prospect"].eq(other=True), "loan_kind"] = CardKind.NEW_CUSTOMER.label
        rows["again"] = [self.look_again.get(c, UNCHANGED) for c in rows["customer_id"].tolist()]
        return rows

    def first_rows(self, rows: pd.DataFrame, by: str) -> pd.DataFrame:
        """Return the best rows of each manager, as many as a list may have."""
        order = {"manager_id": True, by: False, "customer_id": True}
        return top(rows, "manager_id", order, self.plan.settings.output.list_rows)


def best_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Return opportunities with `gain`, what touches can add to each in yuan, best first."""
    uplift = rows["full_probability"] - rows["natural_probability"]
    rows = rows.assign(gain=(rows["amount"] * uplift).fillna(0.0))
    return ranked(rows, {"gain": False, "opportunity_id": True}).reset_index(drop=True)


@functools.lru_cache(maxsize=65536)
def clauses(reason: str, most: int) -> str:
    """Return the first clauses of a reason, without the one that every sheet's note says.

    >>> clauses("可增 22万元，约束项为单次增幅上限；测算参考，以审批为准", 2)
    '可增 22万元，约束项为单次增幅上限'
    """
    parts = [part for part in reason.rstrip("。；").split("；") if part != REFERENCE_ONLY]
    return "；".join(parts[:most])


def plain_rows(frame: pd.DataFrame) -> dict[str, list[tuple[Any, ...]]]:
    """Return rows of plain values by manager: dates, floats, texts, None where unknown."""
    columns = [_plain(frame[name]) for name in frame.columns if name != "manager_id"]
    groups: dict[str, list[tuple[Any, ...]]] = {}
    for manager, *row in zip(frame["manager_id"].tolist(), *columns, strict=True):
        groups.setdefault(manager, []).append(tuple(row))
    return groups


def numbered(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with their place in the manager's list."""
    return rows.assign(number=rows.groupby("manager_id").cumcount() + 1)


def firm(amount: pd.Series, grade: pd.Series) -> pd.Series:
    """Return amounts as they may be shown: one of grade C is never firm."""
    return shown_amount(amount.where(grade.ne(Grade.C.value)))


def shown_amount(amount: pd.Series) -> pd.Series:
    """Return amounts with words where nothing firm can be said."""
    return amount.astype("object").where(amount.notna(), TO_CHECK)


def plain_days(column: pd.Series) -> list[date | None]:
    """Return the days of a column of dates, None where unknown; a day that repeats is one object.

    >>> plain_days(pd.Series(pd.to_datetime(["2027-01-08", None])))
    [datetime.date(2027, 1, 8), None]
    """
    days = column.to_numpy().astype("datetime64[D]").view("int64")
    return each_once(days, lambda numbers: numbers.view("datetime64[D]").tolist())


def _plain(column: pd.Series) -> list[Any]:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return plain_days(column)
    values: list[Any] = column.tolist()
    if column.dtype != "object" and not column.hasnans:
        return values
    return [None if value is None or value != value else value for value in values]


@functools.lru_cache(maxsize=65536)
def _short_points(points: str) -> str:
    """Return the first points of change, and what is still to be asked as one of them.

    >>> _short_points("押品重新评估；补问年销售收入；补问净资产；补问信用等级")
    '押品重新评估；补问年销售收入、净资产等 3 项'
    """
    parts = points.split("；")
    asked = [part.removeprefix(TO_ASK) for part in parts if part.startswith(TO_ASK)]
    shown = [part for part in parts if not part.startswith(TO_ASK)][:POINTS_SHOWN]
    if asked:
        more = f"等 {len(asked)} 项" if len(asked) > UNCHECKED_SHOWN else ""
        shown.append(f"{TO_ASK}{'、'.join(asked[:UNCHECKED_SHOWN])}{more}")
    return "；".join(shown)


@functools.lru_cache(maxsize=65536)
def _look_again(signal: str, why: str, missing: str) -> str:
    parts = []
    if signal == Signal.YELLOW.value and why:
        parts.append(f"黄灯：{why}")
    if missing:
        items = missing.split("；")
        more = f"等 {len(items)} 项" if len(items) > UNCHECKED_SHOWN else ""
        parts.append(f"补查：{'、'.join(items[:UNCHECKED_SHOWN])}{more}")
    return "；".join(parts)
