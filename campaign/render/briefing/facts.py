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
    top,
    weekly_capacity,
    words,
)
from campaign.render.briefing.first_week import FirstWeek
from campaign.render.briefing.lists import Lists
from campaign.render.briefing.seasons import Seasons
from campaign.render.drawing import fitted
from campaign.render.masking import Masker
from campaign.render.newcomers import newcomer_points
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
        resources = plan.problem.candidates.set_index("candidate_id")["resources"].fillna("")
        asked = resources[resources.str.contains(f"{Resource.SENIOR.value}:", regex=False)]
        return plan.touches.assign(
            branch=plan.touches["manager_id"].map(branch),
            senior=plan.touches["candidate_id"].isin(asked.index),
            companion=plan.touches["companion"].fillna(""),
            area=plan.touches["area"].fillna(""),
        ).sort_values(["date", "manager_id", "candidate_id"], kind="stable")

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
    def served(self) -> pd.DataFrame:
        """Return each touch with the opportunity of the largest uplift that it serves."""
        touches = self.touches.drop(columns=["value", "area", "branch"])
        pairs = touches.assign(source=touches["purposes"].str.split(";")).explode("source")
        columns = ["customer_id", "source", "amount", "uplift", "grade", "reason"]
        columns += ["window_start", "window_end", "opportunity_id"]
        wanted = self.growth["customer_id"].isin(touches["customer_id"])
        pairs = pairs.merge(self.growth.loc[wanted, columns], on=["customer_id", "source"])
        order = {"uplift": False, "amount": False, "opportunity_id": True}
        return top(pairs, "candidate_id", order, 1)

    @cached_property
    def senior_visits(self) -> dict[str, list[Row]]:
        """Return the visits that ask for a senior by branch, soonest first, with what to settle."""
        branch = self.touches.set_index("candidate_id")["branch"]
        asked = self.served[self.served["senior"]]
        asked = asked.assign(
            branch=asked["candidate_id"].map(branch),
            senior_ask=[self._senior_asks.get(c, "") for c in asked["customer_id"]],
        )
        return grouped(asked.sort_values(["date", "candidate_id"], kind="stable"), "branch")

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
        worth = self.touches.groupby(["manager_id", "customer_id"]).agg(
            value=("value", "sum"), area=("area", "first")
        )
        order = {"value": False, "customer_id": True}
        best = top(worth.reset_index(), "manager_id", order, CUSTOMERS_A_MANAGER)
        wanted = self.served[self.served["customer_id"].isin(best["customer_id"])]
        order = {"uplift": False, "date": True, "candidate_id": True}
        main = top(wanted, "customer_id", order, 1).drop(columns="manager_id")
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
        counts = self.plan.touches.groupby("manager_id")["customer_id"].nunique()
        return {str(key): int(count) for key, count in counts.items()}

    @cached_property
    def referrals(self) -> dict[str, list[Row]]:
        """Return the referral opportunities with the largest uplift of customers touched."""
        table = self.growth[self.growth["source"] == Source.REFERRAL.value]
        columns = ["manager_id", "customer_id", "date"]
        first = self.touches.drop_duplicates(["manager_id", "customer_id"])[columns]
        met = table.merge(first, on=["manager_id", "customer_id"])
        order = {"uplift": False, "customer_id": True}
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
        return grouped(_demand(self.growth, ["branch"]), "branch")

    @cached_property
    def bank_trades(self) -> list[Row]:
        """Return the trades with demand over the whole bank, as `trades` does."""
        return plain_rows(_demand(self.growth, []))

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
        return Lists(self.plan)

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


def _demand(growth: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return customers and amount expected by trade, most expected first."""
    table = growth[growth["source"] == Source.INDUSTRY.value]
    table = table.assign(sub_industry=table["sub_industry"].fillna(""))
    keys = [*by, "sub_industry", "industry_code"]
    sums = table.groupby(keys, as_index=False).agg(
        customers=("customer_id", "nunique"), expected=("expected", "sum")
    )
    order = ["expected", "sub_industry", "industry_code", *by]
    up = [False] + [True] * (len(order) - 1)
    return sums.sort_values(order, ascending=up, kind="stable")
