"""Two ledgers of one bank side by side: who topped up, renewed, left and came."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.growth.keys import numbered, order_of, runs
from campaign.growth.limits import limits_of
from campaign.growth.portfolio import Portfolio, customer_key, portfolio_of
from campaign.learn.clock import season_span
from campaign.learn.matching import LedgerPair, ledger_pair
from campaign.learn.rebuilt import balances_on
from campaign.learn.touches import Followed, effect_shown, with_dose
from campaign.learn.weeks import campaign_weeks
from campaign.settings import LearnRules, Settings
from campaign.vocabulary import EVENTS, LoanClass, LoanStatus, OccurrenceType

NOT_RENEWED = (LoanClass.SUBSTANDARD.value, LoanClass.DOUBTFUL.value, LoanClass.LOSS.value)
# From this part of the matured principal on, a further note is new money and no renewal.
MADE_UP = 0.95
NEVER_PAID_OUT = (LoanStatus.NOT_DRAWN.value, LoanStatus.TRANSFERRED.value)
NOTE_FIELDS = [
    "loan_note_id",
    "customer_id",
    "customer_name",
    "loan_amount",
    "balance",
    "start_date",
    "maturity_date",
    "occurrence_type",
    "source_row",
]
OLD_MONEY = (
    OccurrenceType.RENEWED.value,
    OccurrenceType.REFINANCED_OLD.value,
    OccurrenceType.EXTENDED.value,
    OccurrenceType.RESTRUCTURED.value,
)


def compare_books(old: LoanBook, new: LoanBook, settings: Settings | None = None) -> pd.DataFrame:
    """Return what became of every customer between two ledgers.

    Customers are matched by number; one whose number changed is found again by the
    certificate, if that is clear (see `old_numbers`), and keeps the old number. Exposure is
    the balance and what can still be drawn where both ledgers have limits, else the balance.
    A short loan that came and went with the season counts by the balance at the season's end,
    rebuilt from the notes; whichever rise is larger is the increase.

    Returns:
        Table EVENTS: customers who owed or could draw before, or owe now.

    Raises:
        CampaignError: The old ledger is not older than the new one.
    """
    return compare_pair(ledger_pair(old, new), settings or Settings())


def compare_pair(
    pair: LedgerPair, settings: Settings, portfolios: tuple[Portfolio, Portfolio] | None = None
) -> pd.DataFrame:
    """Return what `compare_books` does, for a pair at hand and maybe the customers of both."""
    old, new, rules = pair.old, pair.new, settings.learn
    before, after = portfolios or (portfolio_of(old), portfolio_of(new))
    fresh = _fresh_notes(old, new)
    due = _fallen_due(old, new, rules)
    close = _close_pairs(due, fresh, rules)
    sides = _side_by_side(pair, before, after)
    events = sides.join(_renewals(due, close, new)).join(_first_money(fresh, close))
    events["period_start"], events["period_end"] = pd.Timestamp(old.as_of), pd.Timestamp(new.as_of)
    season = season_span(old.as_of, new.as_of, settings.campaign)
    events["season_balance"] = balances_on(pair, season.stop).reindex(events.index).fillna(0.0)
    rise = events[["new_exposure", "season_balance"]].max(axis=1) - events["old_exposure"]
    threshold = np.maximum(events["old_exposure"] * rules.top_up_threshold, rules.top_up_least)
    had = events["old_exposure"] > 0
    has = events[["new_balance", "season_balance"]].max(axis=1) > 0
    events["topped_up"] = had & has & (rise > threshold)
    events["increase"] = rise.where(events["topped_up"], 0.0)
    events["left"] = (events["old_balance"] > 0) & ~(events["new_balance"] > 0)
    events["arrived"] = ~had & has
    events["matured"] = events["maturity_date"].notna()
    events["renewed"] = events["renewed_amount"].fillna(0) > 0
    new_money = events["new_money"].eq(True) | events["topped_up"] | events["arrived"]
    events["event_date"] = events["event_date"].where(new_money)
    events["week"] = campaign_weeks(events["event_date"])
    early = due[due["maturity_date"] <= season.stop]
    close_early = _close_pairs(early, fresh, rules)
    season_due = _renewals(early, close_early, new)
    events["season_matured"] = season_due["matured_amount"]
    events["season_renewed"] = season_due["renewed_amount"]
    events["contacted"] = _contacted(events.index.to_series(), pair.log)
    events["touch_effect"] = _effect(events.index.to_series(), pair.log, season.stop, settings)
    table = EVENTS.conform(events[had | has].reset_index())
    return EVENTS.check(table.sort_values("customer_id", ignore_index=True))


def _contacted(customers: pd.Series, log: pd.DataFrame) -> pd.Series:
    if log.empty:
        return pd.Series(pd.NA, index=customers.index, dtype="boolean")
    return customers.isin(log["customer_id"]).astype("boolean")


def _effect(
    customers: pd.Series, log: pd.DataFrame, stop: pd.Timestamp, settings: Settings
) -> pd.Series:
    """Return the effect that touches had shown by the season's end, by customer."""
    if log.empty:
        return pd.Series(np.nan, index=customers.index)
    seen = with_dose(log[log["contact_date"] <= stop], settings.response)
    followed = Followed(stop, stop, settings.learn.follow_days)
    shown = effect_shown(seen, settings.response, followed)
    return customers.map(shown).fillna(0.0)


def _side_by_side(pair: LedgerPair, old_people: Portfolio, new_people: Portfolio) -> pd.DataFrame:
    """Return one row a customer: balance and exposure of both ledgers, and who keeps him."""
    old, new = pair.old, pair.new
    limits = old.knows("loans", "credit_limit") and new.knows("loans", "credit_limit")
    before = _positions(old_people, limits=limits)
    after = _positions(new_people, limits=limits)
    sides = before.merge(
        after, how="outer", left_index=True, right_index=True, suffixes=("_old", "_new")
    )
    keeper = {}
    for name in ("manager_id", "branch", "industry_code"):
        keeper[name] = sides[f"{name}_old"].fillna(sides[f"{name}_new"])
    known = new.customers.dropna(subset=["customer_id"]).drop_duplicates("customer_id")
    referrer = known.set_index("customer_id")["referrer_id"].reindex(sides.index)
    money = {
        f"{side}_{what}": sides[f"{what}_{side}"].fillna(0.0)
        for side in ("old", "new")
        for what in ("balance", "exposure")
    }
    return pd.DataFrame({**keeper, **money, "referrer_id": referrer})


def _positions(portfolio: Portfolio, *, limits: bool) -> pd.DataFrame:
    """Return balance, exposure and who keeps him, by customer with money owed or to draw."""
    money = limits_of(portfolio)
    table = portfolio.customers[["customer_id", "manager_id", "branch", "industry_code"]]
    exposure = money["exposure"] if limits else money["balance"]
    table = table.assign(balance=money["balance"], exposure=exposure)
    return table.set_index("customer_id")


def _fresh_notes(old: LoanBook, new: LoanBook) -> pd.DataFrame:
    """Return the notes paid out between the ledgers, those settled since as well."""
    loans, start = new.loans, new.loans["start_date"]
    inside = (start > pd.Timestamp(old.as_of)) & (start <= pd.Timestamp(new.as_of))
    fresh = loans.loc[inside & ~loans["loan_status"].isin(NEVER_PAID_OUT), NOTE_FIELDS]
    return fresh.assign(customer_id=customer_key(fresh))


def _fallen_due(old: LoanBook, new: LoanBook, rules: LearnRules) -> pd.DataFrame:
    """Return the old notes that fell due, early enough for a renewal to show; none overdue or bad."""
    wait = min(rules.renewal_gap_days, (new.as_of - old.as_of).days // 4)
    late = old.loans["days_past_due"].gt(0) | old.loans["loan_class"].isin(NOT_RENEWED)
    loans = old.loans.loc[old.is_live & ~late, NOTE_FIELDS]
    loans = loans.assign(customer_id=customer_key(loans))
    last = pd.Timestamp(new.as_of) - pd.Timedelta(days=wait)
    due = loans["maturity_date"]
    return loans[(due > pd.Timestamp(old.as_of)) & (due <= last)]


def _close_pairs(due: pd.DataFrame, fresh: pd.DataFrame, rules: LearnRules) -> pd.DataFrame:
    """Return the fresh notes that stand for matured ones: paid out close to a maturity.

    Notes that say so come first, then the nearest; once the matured principal is made up,
    a further note is new money.
    """
    pairs = fresh.merge(
        due[["customer_id", "maturity_date"]], on="customer_id", suffixes=("", "_old")
    )
    pairs["apart"] = (pairs["start_date"] - pairs["maturity_date_old"]).abs()
    pairs = pairs[pairs["apart"] <= pd.Timedelta(days=rules.renewal_gap_days)]
    pairs["said"] = ~pairs["occurrence_type"].isin(OLD_MONEY)
    customer, _ = numbered(pairs["customer_id"])
    apart = pairs["apart"].to_numpy().astype(np.int64)
    by = [customer, pairs["said"].to_numpy(), apart]
    pairs = pairs.iloc[order_of(by, [pairs["source_row"]])]
    pairs = pairs.drop_duplicates("source_row")
    made_up = pairs.groupby("customer_id")["loan_amount"].cumsum() - pairs["loan_amount"]
    matured = due.groupby("customer_id")["balance"].sum().reindex(pairs["customer_id"])
    return pairs[~(made_up >= MADE_UP * matured.to_numpy())]


def _renewals(due: pd.DataFrame, close: pd.DataFrame, new: LoanBook) -> pd.DataFrame:
    """Return maturity_date, matured_amount and renewed_amount by customer."""
    grouped = due.groupby("customer_id")
    result = pd.DataFrame(
        {
            "maturity_date": grouped["maturity_date"].min(),
            "matured_amount": grouped["balance"].sum(),
        }
    )
    again = close.groupby("customer_id")["loan_amount"].sum()
    stands = new.loans.loc[new.is_live, ["loan_note_id", "maturity_date", "balance"]].dropna()
    kept = due.merge(stands, on="loan_note_id", suffixes=("", "_new"))
    kept = kept[kept["maturity_date_new"] > kept["maturity_date"]]
    longer = kept.groupby("customer_id")["balance_new"].sum()
    standing = again.reindex(result.index).fillna(0) + longer.reindex(result.index).fillna(0)
    result["renewed_amount"] = np.minimum(standing, result["matured_amount"])
    return result


def _first_money(fresh: pd.DataFrame, close: pd.DataFrame) -> pd.DataFrame:
    """Return event_date and new_money by customer: the first fresh note.

    A note that only renews counts where there is no other; then new_money is false.
    """
    renewing = fresh["source_row"].isin(close["source_row"]) | fresh["occurrence_type"].isin(
        OLD_MONEY
    )
    fresh = fresh.assign(renewing=renewing)[fresh["customer_id"].notna()]
    customer, _ = numbered(fresh["customer_id"])
    day = fresh["start_date"].to_numpy().astype(np.int64)
    by = [customer, fresh["renewing"].to_numpy(), day]
    order = order_of(by, [fresh["loan_note_id"]])
    first = fresh.iloc[order[runs(customer[order])]]
    first = first.assign(event_date=first["start_date"], new_money=~first["renewing"])
    found: pd.DataFrame = first.set_index("customer_id")[["event_date", "new_money"]]
    return found
