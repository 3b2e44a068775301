"""A source that is off: nobody is planned for it, everybody learns why, nothing else grows."""

import pandas as pd

from campaign.growth.switches import SWITCHED_OFF, without_sources
from campaign.settings import Settings, SourceRules

ROWS = pd.DataFrame(
    [
        ("K1", "top_up", False),
        ("K1", "referral", False),
        ("K1", "renewal", False),
        ("OUT:a", "team", True),
        ("P1", "team", False),
    ],
    columns=["customer_id", "source", "is_outing"],
)


def test_only_what_is_on_is_kept_and_renewals_always():
    off = SourceRules(False, False, False, False, False, False)
    kept, left = without_sources(ROWS, off)
    assert kept["source"].tolist() == ["renewal"]
    assert left[["customer_id", "source"]].to_numpy().tolist() == [
        ["K1", "top_up"],
        ["K1", "referral"],
        ["P1", "team"],
    ]
    assert set(left["reason"]) == {SWITCHED_OFF}


def test_all_on_changes_nothing():
    kept, left = without_sources(ROWS, Settings().sources)
    assert kept.equals(ROWS)
    assert left.empty


def test_a_source_that_is_off_makes_no_other_larger():
    from tests.test_opportunities import growth_of, loan

    policy = Settings().with_values({"sources": {"top_up": False}})
    tables = {"loans": [loan(credit_limit=500_000)]}
    whole = growth_of(**tables).opportunities.set_index(["customer_id", "source"])
    some = growth_of(policy=policy, **tables)
    left = some.opportunities.set_index(["customer_id", "source"])
    assert "top_up" in whole.index.get_level_values("source")
    assert "top_up" not in left.index.get_level_values("source")
    assert left["amount"].equals(whole["amount"].drop("top_up", level="source"))
    assert "top_up" in some.left_out["source"].tolist()
