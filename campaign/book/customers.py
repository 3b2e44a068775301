"""Customers across the sheets: known by number or by name, one row each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd

from campaign.book.addresses import Addresses
from campaign.book.among import is_among
from campaign.book.fillable import make_fillable
from campaign.book.identifiers import is_sound, looks_cut
from campaign.book.names import plain_name, plain_names
from campaign.findings import Finding
from campaign.vocabulary import Severity

INFO, WARNING = Severity.INFO, Severity.WARNING
CUSTOMER_FACTS = ("customer_name", "customer_type", "industry_code", "industry", "area")


def number_customers(frames: dict[str, pd.DataFrame], where: Addresses) -> list[Finding]:
    """Give every row of every table its customer's number; changes the frames.

    A row without a number takes it from the name if the name is one customer's; a loan
    whose customer has no number anywhere gets one made from the name (`number_of_name`).
    """
    findings = _number_by_certificate(frames, where)
    unnumbered = {
        name: names
        for name, frame in frames.items()
        if name != "managers" and (names := _names_without_number(frame))
    }
    asked = {plain for names in unnumbered.values() for plain in names if plain is not None}
    by_name = _numbers_by_name(frames, asked)
    for name, names in unnumbered.items():
        frame = frames[name]
        missing = frame["customer_id"].isna()
        if name in ("loans", "customers"):
            new = {plain for plain in names if plain is not None} - by_name.keys()
            by_name |= {plain: number_of_name(plain) for plain in new}
            made = [plain in new for plain in names]
            findings += _numbered_by_name(name, frame.loc[missing][made], where)
        found = [None if plain is None else by_name.get(plain) for plain in names]
        frame.loc[missing, "customer_id"] = np.array(found, dtype=object)
    return findings + _restore_zeros(frames, where)


def _names_without_number(frame: pd.DataFrame) -> list[str | None]:
    """Return the names of the rows without a number, as `plain_name` has them.

    None where one is unknown or masked; the frame has numbers that can be filled in afterwards.
    """
    if "customer_name" not in frame and "customer_id" not in frame:
        return []
    make_fillable(frame, "customer_id")
    missing = frame["customer_id"].isna()
    if "customer_name" not in frame or not missing.any():
        return []
    column = frame.loc[missing, "customer_name"]
    names = column.astype("object").where(column.notna(), "*").tolist()
    return [None if "*" in plain else plain for plain in plain_names(names)]


def number_of_name(name: str) -> str:
    """Return the number of a customer of whom only the name is known.

    Numbers are printed unmasked, so the name itself must not be one.

    >>> number_of_name("张三")
    '无号-1d841bc0ee98'
    """
    return "无号-" + hashlib.sha256(name.encode()).hexdigest()[:12]


def _number_by_certificate(frames: dict[str, pd.DataFrame], where: Addresses) -> list[Finding]:
    """Give rows without a number that of their sound certificate; changes the frames.

    A damaged, masked or old certificate is no key, nor one under several names; the name has
    to do there.
    """
    if not any(_some_without_number(frames[name]) for name in ("loans", "customers")):
        return []
    certificates = _certificates(frames)
    numbers: dict[str, str] = {}
    for name, column in certificates.items():
        if "customer_id" in frames[name]:
            known = pd.DataFrame({"cert": column, "id": frames[name]["customer_id"]}).dropna()
            for cert, number in zip(known["cert"], known["id"], strict=True):
                numbers.setdefault(cert, number)
    findings: list[Finding] = []
    for name, column in certificates.items():
        frame = frames[name]
        make_fillable(frame, "customer_id")
        missing = frame["customer_id"].isna() & column.notna()
        if not missing.any():
            continue
        found = column[missing].map(lambda cert: numbers.get(cert) or number_of_name(cert))
        frame.loc[missing, "customer_id"] = found.to_numpy(dtype=object)
        if findings:
            continue  # said of the ledger, whose rows these mostly are
        count = int(missing.sum())
        message = f"{_label(name)}有 {count} 行没有客户编号，按证件号码认人，编了临时号。"
        cells = where.cells(name, "cert_no", frame[missing])
        findings.append(Finding("customer_by_certificate", INFO, message, count, cells))
    return findings


def _some_without_number(frame: pd.DataFrame) -> bool:
    return bool(len(frame)) and (
        "customer_id" not in frame or bool(frame["customer_id"].isna().any())
    )


def _certificates(frames: dict[str, pd.DataFrame]) -> dict[str, pd.Series]:
    """Return by table the certificates that are one person's for sure, None elsewhere."""
    found = {}
    named: dict[str, set[str]] = {}
    for table, column in (("loans", "cert_no"), ("customers", "_cert_no")):
        frame = frames[table]
        if not len(frame) or column not in frame:
            continue
        found[table] = _sound_certificates(frame[column])
        if "customer_name" in frame:
            pairs = pd.DataFrame({"cert": found[table], "name": frame["customer_name"]}).dropna()
            for cert, name in pairs.drop_duplicates().itertuples(index=False):
                named.setdefault(cert, set()).add(plain_name(name))
    shared = [cert for cert, names in named.items() if len(names) > 1]
    return {table: column.where(~column.isin(shared), None) for table, column in found.items()}


def _sound_certificates(column: pd.Series) -> pd.Series:
    """Return certificates whose last sign checks, None elsewhere.

    Of a column that was cut none that ends in 000 counts: 9 % of those check by chance.
    """
    cut = looks_cut(column.to_numpy(dtype=object))
    which, different = pd.factorize(column)
    checked = [
        text.upper() if is_sound(text) and not (cut and text.endswith("000")) else None
        for text in map(str, different)
    ]
    return pd.Series(np.array([*checked, None], dtype=object)[which], index=column.index)


def _label(table: str) -> str:
    return "台账" if table == "loans" else "客户信息"


def _numbers_by_name(frames: dict[str, pd.DataFrame], asked: set[str]) -> dict[str, str]:
    """Return name → number of the names that are asked for, where one is one customer's only."""
    if not asked:
        return {}
    pairs = [
        frames[table][["customer_name", "customer_id"]].dropna()
        for table in ("customers", "loans")
        if {"customer_name", "customer_id"} <= set(frames[table].columns)
    ]
    if not pairs:
        return {}
    named, given = (pd.concat([pair[c] for pair in pairs]).tolist() for c in pairs[0])
    written = [*dict.fromkeys(named)]
    plain_of = dict(zip(written, plain_names(written), strict=True))
    found: dict[str, str] = {}
    shared: set[str] = set()
    for name, number in zip(named, given, strict=True):
        plain = plain_of[name]
        if plain in asked and found.setdefault(plain, number) != number:
            shared.add(plain)
    return {plain: number for plain, number in found.items() if plain not in shared}


def _numbered_by_name(table: str, rows: pd.DataFrame, where: Addresses) -> list[Finding]:
    if not len(rows):
        return []
    message = (
        f"{_label(table)}有 {len(rows)} 行没有可用的客户编号，按客户名称编了临时号；"
        "同名的人会并成一户，请补客户编号。"
    )
    return [
        Finding(
            "customer_by_name", WARNING, message, len(rows), where.cells(table, "customer_id", rows)
        )
    ]


def _restore_zeros(frames: dict[str, pd.DataFrame], where: Addresses) -> list[Finding]:
    """Give numbers their leading zeros back where the loans know the longer number."""
    tables = [
        t for t in ("customers", "other_loans", "contacts", "do_not_contact") if len(frames[t])
    ]
    if not tables or "customer_id" not in frames["loans"]:
        return []
    known = set(frames["loans"]["customer_id"].dropna().tolist())
    width = max(map(len, known), default=0)
    if not width:
        return []
    findings = []
    for table in tables:
        frame = frames[table]
        if "customer_id" not in frame:
            continue
        strange = frame["customer_id"].notna() & ~is_among(frame["customer_id"], known)
        short = frame.loc[strange, "customer_id"].astype("str")
        longer = short.where(~short.str.isdigit(), short.str.zfill(width))
        fixed = (longer != short) & is_among(longer, known)
        if fixed.any():
            frame.loc[fixed.index[fixed], "customer_id"] = longer[fixed].to_numpy(dtype=object)
            rows = frame.loc[fixed.index[fixed]]
            message = f"有 {len(rows)} 行的客户编号丢了前面的 0，已按台账里的编号补回。"
            findings.append(
                Finding(
                    "zeros_restored",
                    INFO,
                    message,
                    len(rows),
                    where.cells(table, "customer_id", rows),
                )
            )
    return findings


def all_customers(
    customers: pd.DataFrame, loans: pd.DataFrame, where: Addresses
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return one row for every customer of the sheets and of the loans; facts fill gaps."""
    customers, findings = _with_number(customers, where)
    customers, notes = _one_row_each(customers, where)
    findings += notes
    facts = [c for c in CUSTOMER_FACTS if c in loans]
    first = _first_of_each(loans, [*facts, "source_row"])
    if not len(customers):
        return first.reset_index(), findings
    customers = customers.set_index("customer_id")
    order = dict.fromkeys([*customers.index.tolist(), *first.index.tolist()])
    merged, first = customers.reindex([*order]), first.reindex([*order])
    for fact, told in first.items():
        merged[fact] = merged[fact].where(merged[fact].notna(), told) if fact in merged else told
    return merged.rename_axis("customer_id").reset_index(), findings


def _first_of_each(loans: pd.DataFrame, facts: Sequence[str]) -> pd.DataFrame:
    """Return by customer, in the order of the loans, the first known value of each fact."""
    known = loans[loans["customer_id"].notna()]
    which, customers = pd.factorize(known["customer_id"])
    columns = {}
    for fact in facts:
        filled = np.flatnonzero(known[fact].notna())[::-1]
        first = np.full(len(customers), -1, dtype=np.intp)
        first[which[filled]] = filled  # of several the last, which is the first row
        columns[fact] = known[fact].array.take(first, allow_fill=True)
    return pd.DataFrame(columns, index=pd.Index(customers, name="customer_id"))


def _with_number(customers: pd.DataFrame, where: Addresses) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the customers that can be told apart; the others are reported."""
    if not len(customers):
        return customers, []
    if "customer_id" not in customers:
        customers = customers.assign(customer_id=None)
    nameless = customers["customer_id"].isna()
    if not nameless.any():
        return customers, []
    rows = customers[nameless]
    message = f"客户信息有 {len(rows)} 行既没有客户编号也没有客户名称，没有用；请补上。"
    cells = where.cells("customers", "customer_id", rows)
    reason = "既没有客户编号也没有客户名称，没有用；请补上。"
    finding = Finding("customer_without_number", WARNING, message, len(rows), cells, reason)
    return customers[~nameless].reset_index(drop=True), [finding]


def _one_row_each(customers: pd.DataFrame, where: Addresses) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the first row of each customer, gaps filled from his other rows."""
    if not len(customers):
        return customers, []
    twice = customers.duplicated("customer_id", keep=False)
    if not twice.any():
        return customers, []
    several = customers[twice]
    differing = several.drop(columns="source_row").drop_duplicates()
    differing = differing[differing.duplicated("customer_id", keep=False)]
    findings = []
    if len(differing):
        rows = several[several["customer_id"].isin(differing["customer_id"])]
        count = int(rows["customer_id"].nunique())
        message = f"客户信息里有 {count} 户写了多行且内容不同，取各栏第一个有值的；请核对。"
        findings.append(
            Finding(
                "customer_rows_differ",
                WARNING,
                message,
                count,
                where.cells("customers", "customer_id", rows),
                "同一户写了多行且内容不同，取了各栏第一个有值的；请核对。",
            )
        )
    first = several.groupby("customer_id", sort=False).first().reset_index()
    kept = pd.concat([customers[~twice], first], ignore_index=True)
    return kept, findings
