"""Leads among people who are not customers yet: who may be approached, and for how much."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from campaign.book.loan_book import LoanBook
from campaign.growth.contactable import LISTED, must_not_contact, plain_phone
from campaign.growth.keys import categories, first_that_holds, numbered
from campaign.growth.portfolio import Portfolio
from campaign.growth.team import share_out
from campaign.growth.trades import TradeBook, recognise
from campaign.growth.wording import has_words, once_each
from campaign.settings import TeamRules
from campaign.vocabulary import ContactOrigin, Grade

DIGITS = (4, 2)
CLOSED = "注销|吊销|停业|歇业|清算|迁出|撤销"
COMPANY_NAME = 4
ABOVE_TICKET = "超过新任单笔上限，请结对同办"
# Whom to call first: referred names and numbers got at own visits convert best, bought lists least.
CALL_ORDER = (
    ContactOrigin.REFERRAL,
    ContactOrigin.OWN_VISIT,
    ContactOrigin.WALK_IN,
    ContactOrigin.UNKNOWN,
    ContactOrigin.EXTERNAL_LIST,
)
NOT_LOOKED_AT = ["source_row", "referrer_id", "coordinates"]
JUDGED = ("trade", "origin", "basis", "grade", "branch", "excluded", "manager_id")
ORIGIN_LABELS = {member.value: member.label for member in ContactOrigin}


def usual_tickets(portfolio: Portfolio, people: pd.DataFrame, rules: TeamRules) -> pd.DataFrame:
    """Return what a loan to each of `people` usually is, from the book's own notes.

    The median amount of notes of the same class, else division, else of the whole book,
    each where there are `ticket_cases`; else the setting. At most `most_ticket`, for a first
    loan is rarely secured.

    Returns:
        By row of people: ticket (yuan), basis (words), firm (True where from own notes).
    """
    amounts = portfolio.notes["loan_amount"]
    classes = portfolio.customers["industry_code"].to_numpy()[portfolio.notes["owner"]]
    codes = pd.Series(classes, index=amounts.index).fillna("")
    ticket = pd.Series(np.nan, index=people.index)
    basis = pd.Series("", index=people.index, dtype=object)
    asked = people["industry_code"].fillna("")
    least = rules.ticket_cases
    for digits, words in zip(DIGITS, ("本行同小类", "本行同大类"), strict=True):
        own = _medians(amounts, once_each(codes, partial(_class_of, digits=digits)), least)
        found = once_each(asked, partial(_ticket_of, digits=digits, tickets=own))
        basis = basis.mask(ticket.isna() & found.notna(), f"单笔取{words}中位数")
        ticket = ticket.where(ticket.notna(), found)
    rest, words, is_firm = usual_ticket(portfolio, rules)
    basis = basis.mask(ticket.isna(), words)
    firm = ticket.notna() | is_firm
    ticket = ticket.clip(upper=rules.most_ticket).fillna(rest)
    return pd.DataFrame({"ticket": ticket, "basis": basis, "firm": firm})


def usual_ticket(portfolio: Portfolio, rules: TeamRules) -> tuple[float, str, bool]:
    """Return what a loan to anybody usually is, in yuan, what that rests on, and if on own loans."""
    amounts = portfolio.notes["loan_amount"]
    if amounts.notna().sum() >= rules.ticket_cases:
        return min(float(amounts.median()), rules.most_ticket), "单笔取本行全部中位数", True
    return min(rules.ticket, rules.most_ticket), "单笔为示例假设", False


def _class_of(codes: pd.Series, digits: int) -> pd.Series:
    return codes.str[:digits]


def _ticket_of(codes: pd.Series, digits: int, tickets: pd.Series) -> pd.Series:
    """Return the ticket of each code's class, unknown for codes that are shorter."""
    return codes.str[:digits].where(codes.str.len().ge(digits)).map(tickets).astype(float)


def _medians(amounts: pd.Series, codes: pd.Series, least: int) -> pd.Series:
    groups = amounts[amounts.notna() & codes.ne("")].groupby(codes)
    return groups.median()[groups.size() >= least]


def with_judgement(book: LoanBook, judged: pd.DataFrame) -> pd.DataFrame:
    """Return every prospect with a reason where he is left out, an amount and a manager.

    Args:
        book: The loan book.
        judged: What `judged_prospects` returned.

    Returns:
        PROSPECTS fields plus customer_id, excluded (Chinese reason, or empty), amount, basis,
        grade, origin (never unknown as NA), manager_id (of somebody who works), trade.
    """
    leads = _by_id(book.prospects)
    told = {name: judged[name].astype("str") for name in JUDGED}
    return leads.assign(customer_id=leads["prospect_id"], amount=judged["amount"], **told)


def judged_prospects(
    book: LoanBook,
    portfolio: Portfolio,
    staff: pd.DataFrame,
    rules: TeamRules,
    trades: TradeBook | None = None,
) -> pd.DataFrame:
    """Return what `with_judgement` adds to PROSPECTS, in the order of ids; texts as categories.

    They are few and different, so that another process hands them over as numbers.
    """
    leads = _by_id(book.prospects.drop(columns=NOT_LOOKED_AT))
    leads["trade"] = recognise(leads, trades) if trades else ""
    leads["customer_id"] = leads["prospect_id"]
    leads["origin"] = leads["origin"].fillna(ContactOrigin.UNKNOWN.value)
    tickets = usual_tickets(portfolio, leads, rules)
    wanted = leads["wanted_amount"].where(leads["wanted_amount"].gt(0))
    leads["amount"] = wanted.where(wanted.notna(), tickets["ticket"])
    leads["basis"] = tickets["basis"].mask(wanted.notna(), "金额为对方所提")
    told = wanted.notna() | tickets["firm"]
    leads["grade"] = np.where(told, Grade.B.value, Grade.C.value)
    leads["branch"] = _branch_of(leads, portfolio, staff)
    leads["excluded"] = _exclusions(book, portfolio, leads)
    working = leads["manager_id"].isin(staff["manager_id"])
    leads["manager_id"] = leads["manager_id"].where(working)
    open_leads = leads[leads["excluded"].eq("") & ~working]
    taken = share_out(open_leads, staff).reindex(leads.index)
    leads["manager_id"] = leads["manager_id"].where(working, taken)
    most = leads["manager_id"].map(staff.set_index("manager_id")["most_ticket"])
    above = leads["amount"].gt(most)
    leads["basis"] = leads["basis"].mask(above, leads["basis"] + f"，{ABOVE_TICKET}")
    nobody = leads["excluded"].eq("") & leads["manager_id"].isna()
    leads["excluded"] = leads["excluded"].mask(nobody, "所属支行没有在岗客户经理可承接")
    return leads[["amount"]].assign(**{name: categories(leads[name]) for name in JUDGED})


def _by_id(prospects: pd.DataFrame) -> pd.DataFrame:
    number, names = numbered(prospects["prospect_id"])
    order = np.argsort(np.where(number < 0, len(names), number), kind="stable")
    return prospects.iloc[order].reset_index(drop=True)


def _branch_of(leads: pd.DataFrame, portfolio: Portfolio, staff: pd.DataFrame) -> pd.Series:
    """Return the branch given, else that of the manager, else the one most at home there."""
    branch = leads["branch"]
    by_manager = staff.set_index("manager_id")["branch"]
    branch = branch.where(branch.notna(), leads["manager_id"].map(by_manager))
    people = portfolio.customers
    known = people[people["area"].notna() & people["branch"].notna()]
    counts = known.groupby(["area", "branch"], sort=True).size().reset_index(name="count")
    counts = counts.sort_values(
        ["area", "count", "branch"], ascending=[True, False, True], kind="stable"
    )
    by_area = counts.drop_duplicates("area").set_index("area")["branch"]
    return branch.where(branch.notna(), leads["area"].map(by_area))


def _exclusions(book: LoanBook, portfolio: Portfolio, leads: pd.DataFrame) -> np.ndarray:
    phone, name = plain_phone(leads["phone"]), leads["customer_name"].fillna("")
    company = name.str.len().ge(COMPANY_NAME)
    people = portfolio.customers
    certs = book.loans["cert_no"].dropna().unique()
    ours = leads["customer_id"].isin(people["customer_id"])
    ours |= phone.ne("") & phone.isin(plain_phone(people["phone"]))
    ours |= leads["cert_no"].isin(certs) | (company & name.isin(people["customer_name"]))
    twice = (phone.ne("") & phone.duplicated()) | (company & name.duplicated())
    closed = has_words(leads["operating_status"], CLOSED)
    nameless = phone.eq("") & name.eq("") & leads["address"].isna()
    return first_that_holds(
        [must_not_contact(book, leads), ours, closed, nameless, twice],
        [
            LISTED,
            "已是本行客户，按存量客户安排",
            "经营状态为注销、吊销或停业",
            "没有名称、电话和地址，无法联系",
            "与名单中另一条重复",
        ],
    )
