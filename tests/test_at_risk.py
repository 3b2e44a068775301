from datetime import date

import numpy as np
import pandas as pd
import pytest

from campaign.learn.at_risk import after_every_touch, seen_cases
from campaign.learn.clock import season_span
from campaign.learn.touches import Followed, with_dose, with_touches
from campaign.settings import CampaignRules, LearnRules, ResponseRules
from campaign.vocabulary import CONTACTS

SPAN = season_span(date(2025, 11, 15), date(2026, 10, 31), CampaignRules())
RULES = LearnRules()
COLUMNS = ["customer_id", "success", "event_date", "first_touch", "effect"]


def people_of(*rows, segment="A"):
    people = pd.DataFrame(rows, columns=COLUMNS).assign(segment=segment, possible=1e5, taken=5e4)
    for name in ("event_date", "first_touch"):
        people[name] = pd.to_datetime(people[name]).astype("datetime64[s]")
    return people


def seen(*rows, log=True):
    return seen_cases(people_of(*rows), SPAN, RULES, log=log).set_index("touched")


def test_the_season_is_the_one_after_the_old_ledger():
    assert (SPAN.start.date(), SPAN.stop.date()) == (date(2025, 12, 1), date(2026, 3, 31))
    assert SPAN.days == 121


def test_a_season_cut_short_keeps_its_whole_length_for_the_rate():
    span = season_span(date(2025, 11, 15), date(2026, 2, 10), CampaignRules())
    assert (span.stop.date(), span.days) == (date(2026, 2, 10), 121)


def test_ledgers_without_a_season_between_them_are_seen_whole():
    span = season_span(date(2026, 4, 30), date(2026, 10, 31), CampaignRules())
    assert (span.start.date(), span.stop.date()) == (date(2026, 5, 1), date(2026, 10, 31))


def test_days_before_the_first_touch_are_untouched_time():
    found = seen(("K1", False, None, "2026-01-30", 0.6), ("K2", False, None, None, 0.0))
    assert found["cases"]["no"] == pytest.approx((60 + 121) / 121)
    assert found["people"].to_dict() == {"no": 2, "yes": 1}


def test_who_came_before_his_visit_came_untouched():
    found = seen(("K1", True, "2026-01-10", "2026-01-30", 0.6))
    assert found["came"].to_dict() == {"no": 1}


def test_who_came_after_his_visit_is_a_touched_case():
    found = seen(("K1", True, "2026-02-10", "2026-01-30", 0.6))
    assert found["came"].to_dict() == {"no": 0, "yes": 1}


def test_who_came_before_the_season_is_no_case():
    found = seen(("K1", True, "2025-11-20", None, 0.0), ("K2", False, None, None, 0.0))
    assert found["people"].to_dict() == {"no": 1}


def test_who_came_after_the_season_did_not_come_in_it():
    assert seen(("K1", True, "2026-06-01", None, 0.0))["came"].to_dict() == {"no": 0}


def test_a_visit_at_the_end_is_followed_past_the_season():
    found = seen(("K1", True, "2026-04-20", "2026-03-20", 0.6))
    assert found["came"]["yes"] == 1


def test_a_visit_too_late_to_follow_is_no_case():
    span = season_span(date(2025, 11, 15), date(2026, 4, 10), CampaignRules())
    late = people_of(("K1", False, None, "2026-03-20", 0.6))
    assert seen_cases(late, span, RULES, log=True)["touched"].tolist() == ["no"]


def test_without_a_log_nobody_is_called_untouched():
    assert seen(("K1", False, None, None, 0.0), log=False)["people"].to_dict() == {"unknown": 1}


def test_the_uplift_seen_is_divided_by_the_effect_of_the_touches():
    many = pd.Series([1e6])
    full, cases = after_every_touch(pd.Series([0.16]), 0.10, pd.Series([0.6]), many)
    assert float(full[0]) == pytest.approx(0.20)
    # variance of p1 = 0.16 x 0.84 / n / 0.36; a case of 0.20 seen itself has 0.20 x 0.80
    assert float(cases[0]) / 1e6 == pytest.approx(0.36 * 0.16 / 0.1344, rel=1e-4)


def test_a_rare_success_tells_as_much_as_it_did_when_it_was_seen():
    few = pd.Series([500.0])
    full, cases = after_every_touch(pd.Series([0.02]), 0.0, pd.Series([0.4]), few)
    assert float(full[0] * cases[0]) == pytest.approx(10, rel=0.1)  # 0.02 x 500 came


def test_a_natural_rate_that_is_not_known_makes_the_full_one_less_sure():
    rate, half, people = pd.Series([0.3]), pd.Series([0.5]), pd.Series([100.0])
    _, sure = after_every_touch(rate, 0.1, half, people)
    _, unsure = after_every_touch(rate, 0.1, half, people, 0.1 * 0.9 / 50)
    assert float(unsure[0]) < 0.9 * float(sure[0])


def test_a_touch_is_not_believed_to_harm():
    full, _ = after_every_touch(pd.Series([0.05]), 0.1, pd.Series([0.5]), pd.Series([100.0]))
    assert float(full[0]) == 0.1


def test_the_spread_of_the_rate_after_every_touch_is_that_of_its_cases():
    random = np.random.default_rng(3)
    natural = random.binomial(400, 0.1, 4_000) / 400
    seen = random.binomial(300, 0.2, 4_000) / 300
    found = natural + (seen - natural) / 0.5
    _, cases = after_every_touch(
        pd.Series([0.2]), 0.1, pd.Series([0.5]), pd.Series([300.0]), 0.1 * 0.9 / 400
    )
    assert found.var() == pytest.approx(0.3 * 0.7 / float(cases[0]), rel=0.1)


def log_of(*rows):
    table = pd.DataFrame(rows, columns=["customer_id", "contact_date", "method"])
    return with_dose(CONTACTS.conform(table), ResponseRules())


def test_a_call_is_a_part_of_a_visit():
    log = log_of(("K1", "2026-01-05", "上门"), ("K1", "2026-01-09", "电话"), ("K2", None, "微信"))
    assert log["dose"].tolist() == [1.0, 0.25, 0.25]


def test_touches_after_the_money_came_do_not_count():
    people = people_of(("K1", True, "2026-01-10", None, 0.0), ("K2", True, None, None, 0.0))
    log = log_of(*((key, "2026-02-01", "上门") for key in ("K1", "K2")))
    found = with_touches(people, log, ResponseRules())
    assert found["first_touch"].notna().tolist() == [False, True]
    assert found["effect"].tolist() == pytest.approx([0.0, 0.6])


def simulated(random, number, natural, full):
    """Return people who come at a natural pace, and once visited with a better chance."""
    start, days = np.datetime64("2025-12-01"), 121
    waits = random.exponential(1.0, number) / -np.log(1 - natural) * days
    visited = random.random(number) < 0.6
    visit = random.integers(0, days, number)
    uplift = 1 - (1 - (natural + (full - natural) * 0.6)) / (1 - natural)
    moved = visited & (random.random(number) < uplift)
    day = np.where(moved, np.minimum(waits, visit + random.integers(1, 40, number)), waits)
    came = day < np.where(moved, 400, days)
    frame = pd.DataFrame({"customer_id": np.arange(number).astype(str), "success": came})
    frame["event_date"] = pd.Series(start + day.astype(int).astype("timedelta64[D]")).where(came)
    frame["first_touch"] = pd.Series(start + visit.astype("timedelta64[D]")).where(visited)
    return frame.assign(effect=np.where(visited, 0.6, 0.0), segment="", possible=1e5, taken=5e4)


def test_true_rates_are_recovered():
    found = seen_cases(
        simulated(np.random.default_rng(7), 40_000, 0.06, 0.25), SPAN, RULES, log=True
    )
    rates = (found["successes"] / found["cases"]).set_axis(found["touched"])
    assert rates["no"] == pytest.approx(0.06, abs=0.005)
    assert rates["yes"] == pytest.approx(0.25, abs=0.015)


def test_a_late_touch_counts_as_far_as_its_effect_can_have_shown():
    followed = Followed(pd.Timestamp("2026-03-31"), pd.Timestamp("2026-10-31"), 45)
    people = people_of(("K1", False, None, None, 0.0), ("K2", False, None, None, 0.0))
    log = log_of(
        ("K1", "2026-01-05", "上门"), ("K1", "2026-03-16", "上门"), ("K2", "2026-03-16", "上门")
    )
    rules = ResponseRules(steepness=1.0)
    found = with_touches(people, log, rules, followed)
    # The second visit adds 0.24 and was 15 of 45 days old; who was first touched late is followed on.
    assert found["effect"].tolist() == pytest.approx([0.6 + 0.24 / 3, 0.6])
