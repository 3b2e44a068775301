"""The tables of a book joined: periods, helpers, customers, managers and branches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from campaign.book.addresses import addresses_of
from campaign.book.answers import NO_ANSWERS, Answers
from campaign.book.block_labels import fill_from_labels
from campaign.book.customers import all_customers, number_customers
from campaign.book.fill_down import fill_down
from campaign.book.fillable import make_fillable
from campaign.book.gather import gathered, known_fields, latest_period, open_only, use_helpers
from campaign.book.managers import join_roster, take_apart_managers, unify_branches
from campaign.book.note_keys import key_damaged_notes
from campaign.book.sheet_days import mark_periods
from campaign.book.sheet_names import from_sheet_names
from campaign.book.sheet_table import SheetTable
from campaign.findings import Finding
from campaign.vocabulary import Severity

BANK_ITSELF = "本行"

Frames = dict[str, pd.DataFrame]


def join_tables(
    tables: Sequence[SheetTable], day: date, answers: Answers = NO_ANSWERS
) -> tuple[Frames, dict[str, frozenset[str]], list[Finding]]:
    """Return the tables of the book, the fields that the files had, and what was noticed."""
    where = addresses_of(tables)
    mark_periods(tables)
    findings = fill_from_labels(tables) + from_sheet_names(tables)
    findings += fill_down(tables, where, answers)
    frames = gathered(tables)
    for table in tables:
        table.frames.clear()  # nobody asks for them again, and they are half of what a book takes
    frames["loans"], notes = latest_period(frames["loans"], day, where)
    findings += notes
    frames["loans"], notes = use_helpers(frames["loans"], day, where)
    findings += notes
    frames["other_loans"], notes = open_only(frames["other_loans"], where)
    findings += notes
    _credit_codes(frames["prospects"])
    known = known_fields(frames)
    findings += take_apart_managers(frames, where)
    findings += number_customers(frames, where)
    findings += key_damaged_notes(frames["loans"], tables, where)
    _owners_from_customers(frames)
    findings += unify_branches(frames)
    findings += join_roster(frames, where)
    findings += fill_branches(frames)
    frames["customers"], notes = all_customers(frames["customers"], frames["loans"], where)
    findings += notes
    _number_prospects(frames["prospects"])
    return frames, _known_after(known, frames), findings


def fill_branches(frames: Frames) -> list[Finding]:
    """Give loans without a branch their manager's, else the bank itself; changes frames."""
    findings = []
    loans, managers = frames["loans"], frames["managers"]
    make_fillable(loans, "branch")
    missing = loans["branch"].isna()
    if missing.any() and {"manager_id", "branch"} <= set(managers.columns):
        home = managers.dropna(subset=["branch"]).set_index("manager_id")["branch"]
        if "manager_id" in loans:
            found = loans.loc[missing, "manager_id"].map(home)
            loans.loc[missing, "branch"] = found.to_numpy(dtype=object)
            if found.notna().any():
                message = (
                    f"有 {int(found.notna().sum())} 笔贷款没有支行，用客户经理在名册里的支行。"
                )
                findings.append(
                    Finding("branch_from_roster", Severity.INFO, message, int(found.notna().sum()))
                )
    missing = loans["branch"].isna()
    if missing.any():
        loans.loc[missing, "branch"] = BANK_ITSELF
        message = f"有 {int(missing.sum())} 笔贷款看不出支行，都算作“{BANK_ITSELF}”；请补支行列。"
        findings.append(Finding("branch_missing", Severity.WARNING, message, int(missing.sum())))
    _branch_of_managers(loans, managers)
    return findings


def _branch_of_managers(loans: pd.DataFrame, managers: pd.DataFrame) -> None:
    """Give managers without a branch the one where most of their loans are."""
    if not len(managers):
        return
    make_fillable(managers, "branch")
    missing = managers["branch"].isna()
    if not missing.any() or "manager_id" not in loans:
        return
    counts = loans.groupby(["manager_id", "branch"], sort=True).size().reset_index(name="n")
    counts = counts.sort_values(["n", "branch"], ascending=[False, True], kind="stable")
    home = counts.drop_duplicates("manager_id").set_index("manager_id")["branch"]
    found = managers.loc[missing, "manager_id"].map(home)
    managers.loc[missing, "branch"] = found.to_numpy(dtype=object)


def _owners_from_customers(frames: Frames) -> None:
    """Take owner and branch from the customer sheet where the ledger has no such column."""
    loans, customers = frames["loans"], frames["customers"]
    for name in ("manager_id", "manager_name", "branch"):
        filled = name in loans and loans[name].notna().any()
        if filled or name not in customers or "customer_id" not in customers:
            continue
        known = customers.dropna(subset=["customer_id", name]).drop_duplicates("customer_id")
        owners = loans["customer_id"].map(known.set_index("customer_id")[name])
        loans[name] = owners.astype(object).where(owners.notna(), None)


def _credit_codes(prospects: pd.DataFrame) -> None:
    if "_credit_code" in prospects:
        code = prospects["_credit_code"]
        own = prospects.get("cert_no", code)
        prospects["cert_no"] = own.where(own.notna(), code)


def _number_prospects(prospects: pd.DataFrame) -> None:
    """Number prospects that have none, or the same one twice, by their row."""
    if not len(prospects):
        return
    if "prospect_id" not in prospects:
        prospects["prospect_id"] = prospects["source_row"]
    doubtful = prospects["prospect_id"].isna() | prospects.duplicated("prospect_id")
    prospects["prospect_id"] = prospects["prospect_id"].where(~doubtful, prospects["source_row"])


def _known_after(known: dict[str, frozenset[str]], frames: Frames) -> dict[str, frozenset[str]]:
    """Return the known fields with those that a join could fill from other sheets."""
    after = dict(known)
    for name in ("customers", "managers", "loans"):
        frame = frames[name]
        new = [c for c in map(str, frame) if not c.startswith("_") and c not in known[name]]
        more = {c for c in new if frame[c].notna().any()}
        after[name] = known[name] | (more - {"source_row"})
    return after
