"""What was paid out by industry and campaign week, and how much of each week the ledgers show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.learn.weeks import FIRST_WEEK, LAST_WEEK, campaign_weeks
from campaign.settings import LearnRules
from campaign.vocabulary import LoanStatus, OccurrenceType

# The column of all weeks outside the season, whose index is 1.
OUTSIDE = LAST_WEEK + 1
# The bank is shut for part of them, a different part each year.
AROUND_FESTIVAL = [-1, 0, 1]
COLUMNS = [*range(FIRST_WEEK, LAST_WEEK + 1), OUTSIDE]
NEVER_PAID_OUT = (LoanStatus.NOT_DRAWN.value,)
NO_NEW_DEMAND = (
    OccurrenceType.RENEWED.value,
    OccurrenceType.REFINANCED_OLD.value,
    OccurrenceType.EXTENDED.value,
    OccurrenceType.RESTRUCTURED.value,
)


def originations(books: Sequence[LoanBook], rules: LearnRules) -> pd.DataFrame:
    """Return the notes paid out, by industry (rows) and season week (columns).

    Live and settled notes count; renewals do not, for they follow maturities and not
    demand. A note in several ledgers counts once. Each ledger is asked only for the days
    that it shows well: `lookback_days` before its own day.

    Returns:
        Counts; index industry_code, columns -20 to +12 and `OUTSIDE` for all other weeks.
    """
    parts = []
    for book in books:
        loans = book.loans
        first = pd.Timestamp(book.as_of - timedelta(days=rules.lookback_days))
        inside = (loans["start_date"] > first) & (loans["start_date"] <= pd.Timestamp(book.as_of))
        idle = loans["loan_status"].isin(NEVER_PAID_OUT)
        demand = inside & ~idle & ~loans["occurrence_type"].isin(NO_NEW_DEMAND)
        names = ["loan_note_id", "customer_id", "start_date", "loan_amount", "industry_code"]
        parts.append(loans.loc[demand, names])
    notes = pd.concat(parts, ignore_index=True)
    numbered = notes["loan_note_id"].notna()
    again = notes.duplicated("loan_note_id") & numbered
    if not numbered.all():
        again |= notes.duplicated(["customer_id", "start_date", "loan_amount"]) & ~numbered
    notes = notes[~again]
    week = _season_week(campaign_weeks(notes["start_date"])).rename("week")
    counts = pd.crosstab(notes["industry_code"].fillna(""), week)
    return counts.reindex(columns=COLUMNS, fill_value=0).astype("float64")


def weeks_seen(books: Sequence[LoanBook], rules: LearnRules) -> np.ndarray:
    """Return how many weeks of each column the ledgers show; part weeks count in part.

    Example:
        A ledger of 31 October 2026 looks back over one festival, and sees week -20 of the next
        one as well:

        >>> from datetime import date
        >>> from campaign.book.loan_book import empty_tables
        >>> book = LoanBook(date(2026, 10, 31), "", "", **empty_tables(), known={})
        >>> seen = weeks_seen([book], LearnRules())
        >>> float(seen[20]), float(seen[0]), round(float(seen[-1]), 1)
        (1.0, 1.0, 17.0)
    """
    days = pd.DatetimeIndex([])
    for book in books:
        days = days.union(pd.date_range(end=book.as_of, periods=rules.lookback_days))
    week = _season_week(campaign_weeks(pd.Series(days)))
    seen: np.ndarray = week.value_counts().reindex(COLUMNS, fill_value=0).to_numpy() / 7
    return seen


def festival_weeks_together(counts: pd.DataFrame, hoped: pd.DataFrame) -> pd.DataFrame:
    """Return the notes with those of the weeks around the festival shared out as the prior has it.

    A bank is shut for eight days, which fall differently each year: who wanted money then got
    it in the weeks before and after. So only the sum of the three weeks says anything.

    Args:
        counts: Notes by class (rows) and week.
        hoped: Notes that the prior expects, up to a factor a class.

    Example:
        >>> weeks = [-2, -1, 0, 1]
        >>> counts = pd.DataFrame([[3.0, 6.0, 0.0, 3.0]], columns=weeks)
        >>> hoped = pd.DataFrame([[1.0, 2.0, 1.0, 1.0]], columns=weeks)
        >>> festival_weeks_together(counts, hoped).loc[0].tolist()
        [3.0, 4.5, 2.25, 2.25]
    """
    total = counts[AROUND_FESTIVAL].sum(axis=1)
    part = hoped[AROUND_FESTIVAL].div(hoped[AROUND_FESTIVAL].sum(axis=1), axis=0)
    together = counts.copy()
    together[AROUND_FESTIVAL] = part.mul(total, axis=0).fillna(0.0)
    return together


def festivals_seen(books: Sequence[LoanBook], rules: LearnRules) -> int:
    """Return the number of festivals whose own week the ledgers show at least in part."""
    return int(np.ceil(weeks_seen(books, rules)[COLUMNS.index(0)]))


def _season_week(week: pd.Series) -> pd.Series:
    inside = week.between(FIRST_WEEK, LAST_WEEK)
    return week.where(inside, OUTSIDE).astype("int64")
