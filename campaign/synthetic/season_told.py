"""A season of a made-up bank told to its end: from the truth and dated touches to the next ledger.

As in the bank's own history a touch works from its day on and not before; here what the season
would have been without it is known of every customer.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from campaign.synthetic.bank import Bank
from campaign.synthetic.behaviour import played_by_day
from campaign.synthetic.streams import Streams
from campaign.synthetic.values import DAY, add_months
from campaign.vocabulary import CONTACTS, LOANS, Source

# The season touches fall in: days after the bank's own day.
FIRST_TOUCH, LAST_TOUCH = 10, 136
LATER_RENEWED = 0.955
SHORT_SHARE = 0.3
RISES = ("top_up", "draw", "refinance")


@dataclass(frozen=True)
class SeasonTold:
    """What became of a bank in its coming season.

    Attributes:
        as_of: Day of the next ledger.
        loans: LOANS of that day, notes settled since as well.
        contacts: CONTACTS of the season.
        outcomes: The truth, with `probability`, `happened`, `lent` and `day`.
    """

    as_of: date
    loans: pd.DataFrame
    contacts: pd.DataFrame
    outcomes: pd.DataFrame


def usual_touches(bank: Bank, seed: int, visits: float = 0.5, calls: float = 0.5) -> pd.DataFrame:
    """Return touches as managers make them: rather the bigger, and those who want money.

    Args:
        bank: The bank.
        seed: Same seed, same touches.
        visits: Visits a customer on average.
        calls: Calls a customer on average.

    Returns:
        customer_id (a customer's or prospect's), day, is_visit; sorted.
    """
    luck = Streams(seed)
    units = bank.truth.groupby("unit_id", sort=True).agg(
        size=("amount", "max"), natural=("natural_probability", "max")
    )
    size = np.log(units["size"]).to_numpy()
    keen = np.log(units["natural"].clip(lower=1e-3)).to_numpy()
    pull = 0.3 * (size - size.mean()) + 0.15 * (keen - keen.mean())
    liking = np.exp(np.clip(pull, -1.2, 1.2))
    parts = []
    for name, rate, is_visit in (("visits", visits, True), ("calls", calls, False)):
        stream = luck(f"season {name}")
        who = np.repeat(np.arange(len(units)), stream.poisson(rate * liking / liking.mean()))
        day = (
            np.datetime64(bank.as_of, "D")
            + stream.integers(FIRST_TOUCH, LAST_TOUCH, len(who)) * DAY
        )
        parts.append(
            pd.DataFrame({"customer_id": units.index[who], "day": day, "is_visit": is_visit})
        )
    touches = pd.concat(parts, ignore_index=True)
    return touches.sort_values(["day", "customer_id", "is_visit"], kind="stable", ignore_index=True)


def tell_season(bank: Bank, touches: pd.DataFrame, seed: int, as_of: date) -> SeasonTold:
    """Return the season of a bank under these touches, and its ledger of a later day.

    Args:
        bank: The bank whose `truth` is told.
        touches: customer_id, day, is_visit.
        seed: The luck of this season; another seed is another season of the same truth.
        as_of: Day of the next ledger.
    """
    streams = Streams(seed)
    luck = streams("luck").random(len(bank.truth))
    outcomes = played_by_day(bank.truth.assign(luck=luck), touches, streams)
    notes = _notes_that_stood(bank, outcomes, streams, np.datetime64(as_of, "D"))
    fresh = fresh_notes(bank, outcomes, streams)
    loans = pd.concat([notes, fresh], ignore_index=True)
    loans = loans[loans["start_date"] <= pd.Timestamp(as_of)]
    loans = _as_of(loans, pd.Timestamp(as_of))
    return SeasonTold(as_of, LOANS.conform(loans), _log(bank, touches, outcomes, streams), outcomes)


def _notes_that_stood(
    bank: Bank, outcomes: pd.DataFrame, streams: Streams, today: np.datetime64
) -> pd.DataFrame:
    """Return the old notes run on to the day, and the notes that renewed them."""
    notes = bank.loans.reset_index(drop=True)
    live = notes["balance"] > 0
    in_between = notes["maturity_date"].between(
        pd.Timestamp(bank.as_of), pd.Timestamp(today), inclusive="right"
    )
    due = (live & in_between & (notes["days_past_due"] == 0)).to_numpy()
    known = outcomes[outcomes["source"] == "renewal"].set_index("reference")["happened"]
    later = streams("later renewals").random(len(notes)) < LATER_RENEWED
    told = notes["loan_note_id"].map(known)
    renewed = due & np.where(told.notna(), told.eq(True), later)
    again = notes[renewed].copy()
    again["start_date"] = notes["maturity_date"][renewed]
    again["maturity_date"] = add_months(
        again["start_date"].to_numpy().astype("datetime64[D]"), np.full(len(again), 12)
    )
    again["loan_amount"] = again["balance"]
    again["credit_limit"] = again["credit_limit"].where(again["is_revolving"], again["balance"])
    again["loan_note_id"] = again["loan_note_id"] + "R"
    again["occurrence_type"] = "renewed"
    notes.loc[due, "settle_date"] = notes.loc[due, "maturity_date"]
    return pd.concat([notes, again], ignore_index=True)


def fresh_notes(bank: Bank, outcomes: pd.DataFrame, streams: Streams) -> pd.DataFrame:
    """Return the notes of those who wanted more and of prospects who came, numbered X….

    Args:
        bank: The bank.
        outcomes: Rows of the truth with `happened`, `lent` and `day`.
        streams: Of the terms of the notes.
    """
    came = outcomes[outcomes["happened"]]
    live = bank.loans[bank.loans["balance"] > 0]
    like = live.drop_duplicates("customer_id").set_index("customer_id", drop=False)
    mine = came[came["source"].isin(RISES) & came["unit_id"].isin(like.index)]
    rises = like.loc[mine["unit_id"]].reset_index(drop=True)
    drawn = (mine["source"] == "draw").to_numpy()
    rises["contract_id"] = np.where(
        drawn, mine["reference"], [f"增{n:06d}" for n in range(len(mine))]
    )
    rises["is_revolving"] = drawn
    lines = live.drop_duplicates("contract_id").set_index("contract_id")["credit_limit"]
    line = rises["contract_id"].map(lines).to_numpy(float)
    new = bank.prospects.set_index("prospect_id").reindex(came.loc[came["is_prospect"], "unit_id"])
    arrived = pd.DataFrame(
        {
            name: new[name].to_numpy()
            for name in ("customer_name", "cert_no", "manager_id", "branch")
        }
    ).assign(customer_id=[f"N{unit}" for unit in new.index])
    arrived["industry_code"] = new["industry_code"].to_numpy()
    notes = pd.concat([rises, arrived], ignore_index=True)
    wishes = pd.concat([mine, came[came["is_prospect"]]], ignore_index=True)
    amount = wishes["lent"].to_numpy()
    start = wishes["day"].to_numpy().astype("datetime64[D]")
    short = streams("short notes").random(len(notes)) < SHORT_SHARE
    return notes.assign(
        loan_note_id=[f"X{number:08d}" for number in range(len(notes))],
        loan_amount=amount,
        balance=amount,
        credit_limit=np.concatenate(
            [np.where(drawn, line, amount[: len(drawn)]), amount[len(drawn) :]]
        ),
        start_date=start,
        maturity_date=add_months(start, np.where(short & ~np.pad(drawn, (0, len(new))), 6, 12)),
        settle_date=np.full(len(notes), np.datetime64("NaT", "s")),
        days_past_due=0.0,
        loan_class="normal",
        repayment_method="monthly_interest",
        occurrence_type="new",
    )


def _as_of(loans: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return the notes as a ledger of the day shows them: settled at maturity, run down."""
    over = loans["settle_date"].isna() & (loans["maturity_date"] <= day)
    over &= loans["days_past_due"].eq(0)
    settle = loans["settle_date"].where(~over, loans["maturity_date"])
    settled = settle.notna() & (settle <= day)
    status = loans["loan_status"].fillna("active").where(~settled, "settled")
    return loans.assign(
        settle_date=settle.where(settled),
        balance=loans["balance"].where(~settled, 0.0),
        loan_status=status,
    )


def _log(
    bank: Bank, touches: pd.DataFrame, outcomes: pd.DataFrame, streams: Streams
) -> pd.DataFrame:
    """Return the touches as the contact log notes them; what came of them is not noted."""
    luck: NDArray[np.float64] = streams("log").random(len(touches))
    names = pd.concat(
        [
            bank.loans.drop_duplicates("customer_id").set_index("customer_id")["customer_name"],
            bank.prospects.set_index("prospect_id")["customer_name"],
        ]
    )
    about = np.where(luck < 0.2, Source.REFINANCE.label, Source.TOP_UP.label)
    return CONTACTS.conform(
        pd.DataFrame(
            {
                "contact_date": touches["day"],
                "customer_id": touches["customer_id"],
                "customer_name": touches["customer_id"].map(names),
                "method": np.where(touches["is_visit"], "上门", "电话"),
                "purpose": about,
            }
        )
    )
