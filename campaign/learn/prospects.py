"""What became of the prospect list of an old ledger: who came, from which list, touched or not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.learn.at_risk import seen_cases
from campaign.learn.cases import add_cases
from campaign.learn.clock import ONE_DAY, season_span
from campaign.learn.matching import LedgerPair, looked_up, names_of_one
from campaign.learn.season import industry_seasons
from campaign.learn.touches import Followed, with_dose, with_touches
from campaign.settings import Settings
from campaign.vocabulary import CASES, ContactOrigin, Source


def count_prospect_cases(pair: LedgerPair, settings: Settings) -> pd.DataFrame:
    """Return the cases of the old ledger's prospects: team by origin, industry by trade.

    A prospect has come when the new ledger has a note paid out to his certificate. Only where
    one of the two has no certificate his name counts, if no other customer and no other
    prospect bears it. Whoever was a customer before is no case.

    Returns:
        Table CASES.
    """
    old, new, log = pair.old, pair.new, pair.log
    span = season_span(old.as_of, new.as_of, settings.campaign)
    known = old.prospects["cert_no"].isin(old.loans["cert_no"].dropna())
    known |= old.prospects["customer_name"].isin(old.loans["customer_name"].dropna())
    people = _outcomes(old.prospects[~known], new, span.start)
    if people.empty:
        return CASES.empty()
    seen = _own_log(people, log[log["contact_date"] <= span.stop])
    seen = with_dose(seen, settings.response)
    people = people.assign(
        customer_id=people["prospect_id"],
        segment=people["origin"].fillna(ContactOrigin.UNKNOWN.value),
    )
    followed = Followed(span.stop, span.last, settings.learn.follow_days)
    people = with_touches(people, seen, settings.response, followed)
    rules, has_log = settings.learn, not log.empty
    team = seen_cases(people, span, rules, log=has_log)
    trades = people[people["industry_code"].isin(industry_seasons()["gbt_code"])]
    season = seen_cases(trades.assign(segment="prospect"), span, rules, log=has_log)
    return add_cases(
        [team.assign(source=Source.TEAM.value), season.assign(source=Source.INDUSTRY.value)]
    )


def _outcomes(prospects: pd.DataFrame, new: LoanBook, start: pd.Timestamp) -> pd.DataFrame:
    """Return the prospects with success, event_date, possible and taken."""
    notes = new.loans[new.loans["start_date"] >= start - ONE_DAY * 31]
    mine = notes["cert_no"].isin(prospects["cert_no"].dropna())
    notes = notes[mine | notes["customer_name"].isin(prospects["customer_name"].dropna())]
    notes = notes.sort_values(["start_date", "loan_note_id"], kind="stable")
    by_cert = notes.dropna(subset=["cert_no"]).drop_duplicates("cert_no").set_index("cert_no")
    clear = names_of_one(new, prospects["customer_name"]).index
    by_name = notes[notes["customer_name"].isin(clear)].drop_duplicates("customer_name")
    by_name = by_name.set_index("customer_name")
    theirs = looked_up(prospects["customer_name"], by_name["cert_no"])
    by_name_alone = prospects["cert_no"].isna() | theirs.isna()
    by_name_alone &= ~prospects["customer_name"].duplicated(keep=False)
    found = {}
    for what in ("start_date", "loan_amount"):
        of_cert = looked_up(prospects["cert_no"], by_cert[what])
        of_name = looked_up(prospects["customer_name"], by_name[what]).where(by_name_alone)
        found[what] = of_cert.where(of_cert.notna(), of_name)
    wanted = prospects["wanted_amount"].fillna(0.0)
    return prospects.assign(
        event_date=found["start_date"],
        success=found["start_date"].notna(),
        possible=wanted,
        taken=np.minimum(wanted, found["loan_amount"].fillna(0.0)),
    )


def _own_log(people: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """Return the log under the prospects' numbers; a line may name a prospect by name."""
    names = people.dropna(subset=["customer_name"])
    names = names[~names["customer_name"].duplicated(keep=False)]
    by_name = looked_up(log["customer_name"], names.set_index("customer_name")["prospect_id"])
    by_number = log["customer_id"].where(log["customer_id"].isin(people["prospect_id"]))
    return log.assign(customer_id=by_number.where(by_number.notna(), by_name))
