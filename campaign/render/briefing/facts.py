"""Picks from a plan, for the whole bank at once, the few rows that the briefings show.

Tables are cut and sorted here in bulk and handed on as plain rows by branch or manager, so
that a page costs milliseconds whatever the size of the bank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from campaign.festival import week_start
from campaign.plan.campaign_plan import CampaignPlan
from campaign.render.briefing.cuts import (
    Row,
    grouped,
    masked_names,
    plain_rows,
    weekly_capacity,
    words,
)
from campaign.render.briefing.first_week import FirstWeek
from campaign.render.briefing.lists import Lists
from campaign.render.briefing.numbers import CustomerNumbers
from campaign.render.briefing.seasons import Seasons
from campaign.render.drawing import fitted
from campaign.render.masking import Masker
from campaign.render.newcomers import newcomer_points
from campaign.render.ranking import ranked, top
from campaign.vocabulary import OUTLOOK, Level, Resource, Source

Rows = Mapping[str, Sequence[Row]]

CUSTOMERS_A_MANAGER = 10
REFERRALS_A_MANAGER = 3
NAME_WIDTH = 8


@dataclass(frozen=True)
class Facts:
    """A plan with what the briefings need of it, each cut made once and when first asked."""

    plan: CampaignPlan
    masker: Masker

    def told(self, text: object) -> str:
        """Return a text of the book as a page may show it; empty where unknown."""
        return self.masker.text(words(text))

    @cached_property
    def people(self) -> dict[str, str]:
        """Return manager numbers with names."""
        managers = self.plan.managers[["manager_id", "manager_name"]]
        rows = managers.itertuples(index=False, name=None)
        return {str(number): fitted(self.told(name), NAME_WIDTH) for number, name in rows}

    @cached_property
    def weeks(self) -> list[tuple[int, date]]:
        """Return the campaign weeks with their Mondays."""
        window = self.plan.window
        return [(week, week_start(week, window.festival)) for week in window.weeks]

    @cached_property
    def branches(self) -> list[Row]:
        """Return BRANCH_PLANS in order of the name."""
        return plain_rows(self.plan.branches.sort_values("branch", kind="stable"))

    @cached_property
    def locks(self) -> dict[str, list[str]]:
        """Return what each new manager is locked on, by number."""
        rules = self.plan.settings.team
        rows = plain_rows(self.plan.growth.staff)
        return {str(row["manager_id"]): newcomer_points(row, rules) for row in rows}

    @cached_property
    def managers(self) -> dict[str, list[Row]]:
        """Return MANAGER_PLANS by branch, in order of the staff number."""
        return grouped(self.plan.managers.sort_values("manager_id", kind="stable"), "branch")

    @cached_property
    def touches(self) -> pd.DataFrame:
        """Return TOUCHES with the branch, and whether a senior is asked to go along."""
        plan = self.plan
        branch = plan.managers.set_index("manager_id")["branch"]
        candidates = plan.problem.candidates
        needs, distinct = pd.factorize(candidates["resources"].fillna(""))
        asks = distinct.str.contains(f"{Resource.SENIOR.value}:", regex=False).astype(bool)
        asked = candidates["candidate_id"].to_numpy()[asks[needs]]
        touches = plan.touches.assign(
            branch=plan.touches["manager_id"].map(branch),
            senior=plan.touches["candidate_id"].isin(asked),
            companion=plan.touches["companion"].fillna(""),
            area=plan.touches["area"].fillna(""),
        )
        return ranked(touches, {"date": True, "manager_id": True, "candidate_id": True})

    @cached_property
    def numbers(self) -> CustomerNumbers:
        """Return the customers of `touches`, `growth`, screen and left out as numbers."""
        plan = self.plan
        tables = (self.touches, self.growth, plan.growth.screen, plan.left_out)
        return CustomerNumbers.of(*(table["customer_id"] for table in tables))

    @cached_property
    def growth(self) -> pd.DataFrame:
        """Return OPPORTUNITIES with the natural amount and the uplift of the plan, in yuan."""
        table = self.plan.growth.opportunities
        natural = table["amount"] * table["natural_probability"]
        return table.assign(natural=natural, uplift=table["expected"] - natural)

    @cached_property
    def first_week(self) -> FirstWeek:
        """Return what is done in the campaign's first week."""
        return FirstWeek(self.touches[self.touches["week"] == self.weeks[0][0]])

    @cached_property
    def best(self) -> pd.DataFrame:
        """Return the customers worth most to each manager: manager, customer, value and area."""
        touches, customer = self.touches, self.numbers.touches
        manager, managers = pd.factorize(touches["manager_id"])
        pair = pd.Series(customer * (len(managers) + 1) + manager)
        first = ~pair.duplicated().to_numpy()
        sums = touches["value"].groupby(pair.to_numpy(), sort=False).sum()
        worth = touches.loc[first, ["manager_id", "customer_id", "area"]]
        worth = worth.assign(value=sums.to_numpy())
        order = {"value": False, "customer_id": True}
        return top(worth, "manager_id", order, CUSTOMERS_A_MANAGER)

    @cached_property
    def served(self) -> pd.DataFrame:
        """Return touches of the best and with a senior, each with the largest uplift it serves."""
        found, numbers = self.touches, self.numbers
        shown = found["senior"].to_numpy() | found["customer_id"].isin(self.best["customer_id"])
        touches = found[shown].drop(columns=["value", "area"])
        pairs = touches.assign(source=touches["purposes"].str.split(";")).explode("source")
        columns = ["customer_id", "source", "amount", "uplift", "grade", "reason"]
        columns += ["window_start", "window_end", "opportunity_id"]
        wanted = numbers.among(numbers.opportunities, numbers.touches[shown])
        pairs = pairs.merge(self.growth.loc[wanted, columns], on=["customer_id", "source"])
        order = {"uplift": False, "amount": False, "opportunity_id": True}
        return top(pairs, "candidate_id", order, 1)

    @cached_property
    def senior_visits(self) -> dict[str, list[Row]]:
        """Return the visits that ask for a senior by branch, soonest first, with what to settle."""
        asked = self.served[self.served["senior"]]
        asks = [self._senior_asks.get(c, "") for c in asked["customer_id"]]
        order = {"date": True, "candidate_id": True}
        return grouped(ranked(asked.assign(senior_ask=asks), order), "branch")

    @cached_property
    def _senior_asks(self) -> dict[str, str]:
        """Return what a senior is to settle: how a loan moves here, else what is renewed."""
        growth = self.plan.growth.opportunities
        large = growth["needs_senior"].eq(other=True) & growth["source"].eq(Source.RENEWAL.value)
        renewed = growth[large].sort_values("window_end", ascending=False, kind="stable")
        asks = dict(zip(renewed["customer_id"], renewed["reason"].fillna(""), strict=True))
        moved = self.plan.growth.refinance[["customer_id", "senior_ask"]].fillna("")
        moved = moved[moved["senior_ask"] != ""].drop_duplicates("customer_id")
        return asks | dict(zip(moved["customer_id"], moved["senior_ask"], strict=True))

    @cached_property
    def customers(self) -> dict[str, list[Row]]:
        """Return the customers worth most to each manager, with headroom and screen.

        Each stands with the touch that serves his largest uplift.
        """
        best = self.best
        wanted = self.served[self.served["customer_id"].isin(best["customer_id"])]
        order = {"uplift": False, "date": True, "candidate_id": True}
        main = top(wanted, "customer_id", order, 1).drop(columns=["manager_id", "branch"])
        head = ["customer_id", "binding_cap", "headroom"]
        screen = ["customer_id", "signal", "reasons", "asks", "not_checked"]
        growth = self.plan.growth
        return grouped(
            best.merge(main, on="customer_id", how="inner")
            .merge(growth.headroom[head], on="customer_id", how="left")
            .merge(growth.screen[screen], on="customer_id", how="left"),
            "manager_id",
        )

    @cached_property
    def customers_touched(self) -> dict[str, int]:
        """Return how many customers each manager touches."""
        counts = self.numbers.different(self.touches["manager_id"], self.numbers.touches)
        return {str(key): int(count) for key, count in counts.items()}

    @cached_property
    def referrals(self) -> dict[str, list[Row]]:
        """Return the referral opportunities with the largest uplift of customers touched."""
        numbers, growth = self.numbers, self.growth
        asked = growth["source"].eq(Source.REFERRAL.value).to_numpy()
        asked = asked & numbers.among(numbers.opportunities, numbers.touches)
        order = {"uplift": False, "customer_id": True}
        columns = ["manager_id", "customer_id", "date"]
        touched = numbers.among(numbers.touches, numbers.opportunities[asked])
        first = self.touches.loc[touched, columns].drop_duplicates(columns[:2])
        met = growth[asked].merge(first, on=columns[:2])
        return grouped(top(met, "manager_id", order, REFERRALS_A_MANAGER), "manager_id")

    @cached_property
    def parts(self) -> dict[str, list[Row]]:
        """Return natural amount, uplift and expected by branch, source and grade."""
        keys = ["branch", "source", "grade"]
        sums = self.growth.groupby(keys, as_index=False)[["natural", "uplift", "expected"]].sum()
        return grouped(sums, "branch")

    @cached_property
    def trades(self) -> dict[str, list[Row]]:
        """Return the trades with demand by branch: customers, amount expected, uplift."""
        return grouped(self._demand(["branch"]), "branch")

    @cached_property
    def bank_trades(self) -> list[Row]:
        """Return the trades with demand over the whole bank, as `trades` does."""
        return plain_rows(self._demand([]))

    def _demand(self, by: list[str]) -> pd.DataFrame:
        """Return customers and amount expected by trade, most expected first."""
        in_season = self.growth["source"].eq(Source.INDUSTRY.value).to_numpy()
        columns = [*by, "sub_industry", "industry_code"]
        table = self.growth.loc[in_season, [*columns, "expected"]]
        table = table.assign(
            sub_industry=table["sub_industry"].fillna(""),
            customer=self.numbers.opportunities[in_season],
        )
        sums = table.groupby(columns, as_index=False).agg(
            customers=("customer", "nunique"), expected=("expected", "sum")
        )
        order = ["expected", "sub_industry", "industry_code", *by]
        up = [False] + [True] * (len(order) - 1)
        return sums.sort_values(order, ascending=up, kind="stable")

    @cached_property
    def capacity(self) -> dict[tuple[str, str, int], float]:
        """Return visits and calls possible by owner, resource and campaign week."""
        return weekly_capacity(self.plan.problem.capacity, self.plan.window)

    @cached_property
    def quotas(self) -> dict[str, dict[int, Row]]:
        """Return QUOTAS by manager and week."""
        groups = grouped(self.plan.quotas, "manager_id")
        return {key: {int(row["week"]): row for row in rows} for key, rows in groups.items()}

    @cached_property
    def lists(self) -> Lists:
        """Return the lists that branches and managers work through."""
        return Lists(self.plan, self.numbers)

    @cached_property
    def seasons(self) -> Seasons:
        """Return the season index of the plan by trade."""
        return Seasons(self.plan)

    @cached_property
    def outlook(self) -> dict[str, Row]:
        """Return OUTLOOK of the branches by name."""
        table = OUTLOOK.empty() if self.plan.outlook is None else self.plan.outlook
        rows = grouped(table[table["level"] == Level.BRANCH.value], "subject")
        return {branch: found[0] for branch, found in rows.items()}

    @cached_property
    def names(self) -> dict[str, str]:
        """Return the masked name of each customer that any page shows."""
        return masked_names(self.plan.book, self.masker, self._shown_customers())

    def _shown_customers(self) -> set[str]:
        groups: list[Rows] = [
            self.customers,
            self.senior_visits,
            self.referrals,
            self.lists.manager_maturities,
            self.lists.branch_maturities,
            self.lists.manager_refinances,
            self.lists.branch_consents,
        ]
        return {row["customer_id"] for group in groups for rows in group.values() for row in rows}
