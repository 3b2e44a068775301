"""同一家庭: customers who share one household's income, debts and room."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.growth.portfolio import Portfolio

CAPACITY = ["annual_sales", "prior_annual_sales", "monthly_income", "net_assets"]
DEBTS = [
    "exposure",
    "undrawn",
    "other_debt",
    "own_working_capital",
    "own_payment",
    "other_payment",
    "guarantees_given",
]


def households_of(portfolio: Portfolio) -> np.ndarray:
    """Return by customer the row of the first customer of his household; himself where alone.

    Who carries the same household number, or the customer number of another, belongs
    together, over any number of steps.
    """
    ids = pd.Index(portfolio.customers["customer_id"])
    first = np.arange(len(ids))
    told = portfolio.customers["household_id"]
    rows = np.flatnonzero(told.notna())
    if not len(rows):
        return first
    values = told.iloc[rows]
    other = ids.get_indexer(values)
    sharing = pd.Series(rows).groupby(values.to_numpy(), sort=False).transform("first")
    other = np.where(other >= 0, other, sharing.to_numpy())
    while True:
        before = first.copy()
        least = np.minimum(first[rows], first[other])
        np.minimum.at(first, rows, least)
        np.minimum.at(first, other, least)
        first = first[first]
        if (first == before).all():
            return first


def capacity_of(portfolio: Portfolio) -> pd.DataFrame:
    """Return the customers with the sales, income and net assets of their household.

    Two members often state the same household's figures, so the largest counts, never the
    sum.
    """
    people, household = portfolio.customers, households_of(portfolio)
    if not _shared(household):
        return people
    largest = people[CAPACITY].groupby(household).transform("max")
    return people.assign(**{name: largest[name] for name in CAPACITY})


def shared_debts(portfolio: Portfolio, facts: pd.DataFrame) -> pd.DataFrame:
    """Return the debts and payments of each customer's household, in yuan."""
    household = households_of(portfolio)
    if not _shared(household):
        return facts
    return facts.assign(**facts[DEBTS].groupby(household).transform("sum"))


def _shared(household: np.ndarray) -> bool:
    return bool((household != np.arange(len(household))).any())


def turns_of(household: np.ndarray) -> np.ndarray:
    """Return in which turn each customer takes from his household's room, from 0."""
    turns = pd.Series(household).groupby(household).cumcount()
    return turns.to_numpy()
