"""Calls: referred names first, then numbers got at own visits, bought lists last."""

import pandas as pd

from campaign.growth.leads import with_call_ranks
from campaign.vocabulary import OPPORTUNITIES


def test_calls_are_ranked_by_where_the_number_came_from_then_by_gain():
    rows = [
        ("G1", "M1", "external_list", 900_000.0),
        ("G2", "M1", "own_visit", 100_000.0),
        ("G3", "M1", "own_visit", 200_000.0),
        ("G4", "M1", "referral", 300_000.0),
        ("G5", "M2", "unknown", 100_000.0),
        ("T1", "M1", None, 500_000.0),
    ]
    names = ["opportunity_id", "manager_id", "origin", "amount"]
    table = OPPORTUNITIES.conform(pd.DataFrame(rows, columns=names))
    table["natural_probability"], table["full_probability"] = 0.0, 0.1
    ranks = with_call_ranks(table).set_index("opportunity_id")["call_rank"]
    assert ranks.dropna().to_dict() == {"G1": 4, "G2": 3, "G3": 2, "G4": 1, "G5": 1}
