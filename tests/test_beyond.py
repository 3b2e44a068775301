import pandas as pd
import pytest

from campaign.learn.beyond import growth_beyond, rises_of
from campaign.settings import Settings
from campaign.vocabulary import EVENTS, HEADROOM

SETTINGS = Settings()
DAYS = {"period_start": pd.Timestamp("2025-11-15"), "period_end": pd.Timestamp("2026-10-31")}


def events_of(*rows):
    names = ["customer_id", "old_balance", "season_balance", "event_date"]
    return EVENTS.conform(pd.DataFrame(rows, columns=names).assign(**DAYS))


GREW = events_of(
    ("K1", 600_000.0, 900_000.0, "2026-01-20"),
    ("K2", 400_000.0, 400_000.0, None),
    ("K9", 0.0, 500_000.0, "2026-01-20"),
)
ROOM = HEADROOM.conform(
    pd.DataFrame({"customer_id": ["K1"], "new_money": [60_000.0], "undrawn": [40_000.0]})
)


def test_beyond_is_what_the_estimate_did_not_hold_possible():
    rises = rises_of(GREW, ROOM, SETTINGS)
    assert rises.loc["K1"].tolist() == [300_000.0, 200_000.0]
    assert list(rises.index) == ["K1", "K2"]  # who owed nothing before is no old customer


def test_the_share_is_put_on_todays_balance_by_branch():
    balances = pd.Series({"城南支行": 3e6, "城北支行": 1e6})
    table = growth_beyond([(GREW, ROOM)], balances, SETTINGS).set_index("branch")
    assert table["share"].tolist() == pytest.approx([0.2, 0.2])  # 20万 of 100万
    assert table["expected"].to_dict() == {"城北支行": 200_000.0, "城南支行": 600_000.0}
    assert (table["low"] <= table["expected"]).all()
    assert "1 户增长超出测算空间 20.00 万元" in table["basis"].iloc[0]


def test_without_older_ledgers_nothing_is_known():
    assert growth_beyond([], pd.Series({"城南支行": 3e6}), SETTINGS).empty
