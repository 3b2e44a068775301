"""What the season teaches reaches the plan of the rest."""

from datetime import date

import pandas as pd
import pytest

from campaign.learn.conversion import prior_rates
from campaign.progress.lessons import rates_of_rest
from campaign.settings import Settings
from tests.builders_running import make_running

PRIOR = prior_rates(Settings())
DAYS = ("2026-11-21", "2026-12-21")


def running():
    """Return a campaign in which two of two customers touched for top-ups were lent to."""
    issued = [{"candidate_id": f"k{n}-V1", "date": pd.Timestamp(day)} for n, day in enumerate(DAYS)]
    results = [
        {
            "candidate_id": row["candidate_id"],
            "outcome": "disbursed",
            "done_date": row["date"],
            "wanted_amount": 1e5,
        }
        for row in issued
    ]
    return make_running(issued, results)


def full(rates, source):
    return rates.set_index(["source", "segment"])["full_probability"][source, ""]


@pytest.mark.parametrize(
    ("since", "least"), [(None, 0.005), (date(2026, 12, 1), 0.0), (date(2026, 12, 21), None)]
)
def test_a_later_ledger_with_older_ones_leaves_the_results_after_its_day(since, least):
    rates = rates_of_rest(PRIOR, running(), Settings(), since)
    risen = full(rates, "top_up") - full(PRIOR, "top_up")
    assert risen == 0 if least is None else risen > least
    assert full(rates, "refinance") == full(PRIOR, "refinance")
