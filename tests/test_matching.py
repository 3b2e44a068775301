from datetime import date

import pytest

from campaign.errors import CampaignError
from campaign.learn.matching import history_findings, ledger_pair, old_numbers, touch_log
from tests.builders import make_book

BEFORE, AFTER = date(2025, 11, 15), date(2026, 3, 31)
KEPT = {"customer_id": "K1", "balance": 300_000.0, "cert_no": "C1", "customer_name": "王安"}


def test_a_customer_whose_number_changed_is_found_by_the_certificate():
    old = make_book(BEFORE, loans=[KEPT])
    new = make_book(AFTER, loans=[KEPT | {"customer_id": "N9"}])
    assert old_numbers(old, new).to_dict() == {"N9": "K1"}


def test_a_certificate_that_two_customers_bear_proves_nothing():
    old = make_book(BEFORE, loans=[KEPT, KEPT | {"customer_id": "K2"}])
    new = make_book(AFTER, loans=[KEPT | {"customer_id": "N9"}])
    assert old_numbers(old, new).empty


def test_a_number_that_both_ledgers_have_is_never_changed():
    old = make_book(BEFORE, loans=[KEPT])
    new = make_book(AFTER, loans=[KEPT, KEPT | {"customer_id": "N9"}])
    assert old_numbers(old, new).empty


def test_the_log_holds_only_the_days_between_the_ledgers():
    old = make_book(BEFORE, loans=[KEPT])
    days = ["2025-11-15", "2025-11-16", "2026-03-31", "2026-04-01"]
    log = [{"customer_id": "K1", "contact_date": day} for day in days]
    new = make_book(AFTER, loans=[KEPT], contacts=log)
    seen = touch_log(old, new)["contact_date"].dt.strftime("%m-%d").tolist()
    assert seen == ["11-16", "03-31"]


def test_a_line_without_a_number_is_joined_by_a_name_that_one_customer_bears():
    twin = {"customer_id": "K2", "customer_name": "李平", "balance": 1e5}
    loans = [KEPT, twin, twin | {"customer_id": "K3"}]
    log = [{"customer_name": name, "contact_date": "2026-01-05"} for name in ("王安", "李平")]
    seen = touch_log(make_book(BEFORE, loans=loans), make_book(AFTER, loans=loans, contacts=log))
    assert seen["customer_id"].fillna("").tolist() == ["K1", ""]


def test_the_log_is_under_the_old_number():
    renumbered = KEPT | {"customer_id": "N9"}
    log = [{"customer_id": "N9", "contact_date": "2026-01-05"}]
    new = make_book(AFTER, loans=[renumbered], contacts=log)
    assert touch_log(make_book(BEFORE, loans=[KEPT]), new)["customer_id"].tolist() == ["K1"]


def test_ledgers_in_the_wrong_order_are_refused():
    with pytest.raises(CampaignError, match="不早于本期"):
        ledger_pair(make_book(AFTER), make_book(BEFORE))


def _kinds(old_loans, new_loans, **tables):
    pair = ledger_pair(
        make_book(BEFORE, loans=old_loans), make_book(AFTER, loans=new_loans, **tables)
    )
    return {finding.kind for finding in history_findings(pair)}


def test_findings_say_what_limits_the_learning():
    renumbered = KEPT | {"customer_id": "N9"}
    expected = {"customer_renumbered", "no_settled_notes", "no_touch_log"}
    assert _kinds([KEPT], [renumbered]) == expected


def test_customers_that_vanish_by_the_half_are_a_warning():
    strangers = [{"customer_id": f"X{i}", "balance": 1e5} for i in range(3)]
    assert "customers_vanished" in _kinds([KEPT, *strangers], [KEPT])
    assert "customers_vanished" not in _kinds([KEPT, *strangers], [KEPT, *strangers[:2]])


def test_a_full_pair_of_ledgers_leaves_nothing_to_say():
    settled = {"customer_id": "K1", "loan_status": "settled", "balance": 0.0}
    log = [{"customer_id": "K1", "contact_date": "2026-01-05"}]
    assert _kinds([KEPT], [KEPT, settled], contacts=log) == set()
