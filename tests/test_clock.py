from datetime import date

import numpy as np
import pandas as pd
import pytest

from campaign.learn.clock import season_clock, season_span
from campaign.settings import CampaignRules

SPAN = season_span(date(2025, 11, 15), date(2026, 10, 31), CampaignRules())
WHOLE = pd.Series([SPAN.start]), pd.Series([SPAN.stop + pd.Timedelta(days=1)])


def events_of(days):
    """Return events of customers who came on these days; None: not at all."""
    day = pd.to_datetime(pd.Series(days)).astype("datetime64[s]")
    keys = [f"K{place}" for place in range(len(days))]
    return pd.DataFrame({"customer_id": keys, "event_date": day, "arrived": False})


def log_of(**days):
    table = pd.DataFrame({"customer_id": list(days), "contact_date": list(days.values())})
    return table.assign(contact_date=pd.to_datetime(table["contact_date"]).astype("datetime64[s]"))


def part_before(clock, day):
    return float(clock.between(WHOLE[0], pd.Series([pd.Timestamp(day)]))[0])


def test_a_season_without_own_money_runs_evenly():
    clock = season_clock(events_of([None, None]), SPAN, 30.0)
    assert part_before(clock, "2026-01-30") == pytest.approx(60 / 121)


def test_own_money_draws_the_clock_to_its_weeks():
    clock = season_clock(events_of(["2025-12-02"] * 30), SPAN, 30.0)
    assert part_before(clock, "2025-12-08") == pytest.approx((7 / 121 + 1) / 2)
    assert float(clock.between(*WHOLE)[0]) == pytest.approx(1.0)


def test_money_that_a_touch_won_does_not_make_the_season_later():
    came = events_of(["2025-12-02"] * 30 + ["2026-03-10"] * 30)
    touched = log_of(**{f"K{place}": "2026-03-01" for place in range(30, 60)})
    unaware, aware = (season_clock(came, SPAN, 1.0, log) for log in (None, touched))
    assert part_before(unaware, "2025-12-08") < 0.6
    assert part_before(aware, "2025-12-08") > 0.95


def test_who_is_left_untouched_stands_for_those_touched_already():
    # Equal demand in December and March; in March half of the customers are touched before.
    random = np.random.default_rng(5)
    days = np.where(np.arange(8_000) % 2 == 0, "2025-12-02", "2026-03-10")
    days = pd.Series(days).where(random.random(8_000) < 0.2, None)
    touched = log_of(**{f"K{place}": "2026-02-01" for place in range(8_000) if place % 4 < 2})
    clock = season_clock(events_of(days), SPAN, 0.01, touched)
    assert part_before(clock, "2026-01-30") == pytest.approx(0.5, abs=0.05)
