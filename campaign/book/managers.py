"""Managers and branches across the sheets: joined to the roster by number or name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from campaign.book.addresses import Addresses
from campaign.book.fillable import make_fillable
from campaign.book.names import branch_key, plain_name
from campaign.findings import Finding
from campaign.vocabulary import Severity

INFO, WARNING = Severity.INFO, Severity.WARNING
NEAR = 50
_NAME_THEN_ID = re.compile(r"^(.+?)\s*[(（\[【]?\s*([A-Za-z]{0,4}\d{2,12})\s*[)）\]】]?$")
_ID_THEN_NAME = re.compile(r"^([A-Za-z]{0,4}\d{2,12})\s*[-_—:：/\s]*([\u4e00-\u9fff·\s]{2,})$")
_BRACKETED = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_SEVERAL = re.compile(r"[/、,，;；|&+]|\s和\s")


def take_apart_managers(frames: dict[str, pd.DataFrame], where: Addresses) -> list[Finding]:
    """Split 张三(A0123), 张三/李四 and 张三（代管） into number and first name; changes the frames."""
    findings = []
    for name, frame in frames.items():
        if "manager_name" not in frame:
            continue
        which, different = pd.factorize(frame["manager_name"])
        parts = [manager_parts(str(text)) for text in different]
        names, numbers, several = zip(*parts, (None, None, False), strict=True)
        frame["manager_name"] = np.array(names, dtype=object)[which]
        inside = pd.Series(np.array(numbers, dtype=object)[which], index=frame.index)
        own = frame.get("manager_id", inside)
        frame["manager_id"] = own.where(own.notna(), inside)
        shared = np.array(several)[which]
        if name == "loans" and shared.any():
            rows = frame[shared]
            message = f"有 {len(rows)} 笔贷款写了两位客户经理，算第一位的；请分清主办。"
            cells = where.cells(name, "manager_name", rows)
            reason = "写了两位客户经理，算第一位的；请分清主办。"
            findings.append(Finding("two_managers", WARNING, message, len(rows), cells, reason))
    return findings


def manager_parts(text: str) -> tuple[str | None, str | None, bool]:
    """Return name, staff number and whether several people are named.

    >>> manager_parts("张三(A0123)"), manager_parts("A0123 李 四"), manager_parts("王五/赵六")
    (('张三', 'A0123', False), ('李四', 'A0123', False), ('王五', None, True))
    >>> manager_parts("孙七（代管）")
    ('孙七', None, False)
    """
    text = unicodedata.normalize("NFKC", text).strip()
    pieces = [piece.strip() for piece in _SEVERAL.split(text) if piece.strip()]
    if not pieces:
        return None, None, False
    several = len(pieces) > 1 and bool(re.search(r"[\u4e00-\u9fff]{2}", pieces[1]))
    piece = pieces[0] if several else text
    match = _ID_THEN_NAME.match(piece)
    if match:
        return plain_name(match.group(2)), match.group(1), several
    match = _NAME_THEN_ID.match(piece)
    if match and re.search(r"[\u4e00-\u9fff]", match.group(1)):
        return plain_name(_BRACKETED.sub("", match.group(1))), match.group(2), several
    return plain_name(_BRACKETED.sub("", piece)) or plain_name(piece), None, several


def join_roster(frames: dict[str, pd.DataFrame], where: Addresses) -> list[Finding]:
    """Give every owner the number that the roster has for his name; changes the frames."""
    roster = frames["managers"]
    findings: list[Finding] = []
    if not len(roster):
        return _roster_from_loans(frames)
    make_fillable(roster, "manager_id")
    if "manager_name" in roster:
        roster["manager_id"] = roster["manager_id"].where(
            roster["manager_id"].notna(), roster["manager_name"]
        )
    nobody = roster[roster["manager_id"].isna()]
    if len(nobody):
        message = f"名册有 {len(nobody)} 行既没有工号也没有姓名，没有用。"
        cells = where.cells("managers", "manager_id", nobody)
        reason = "既没有工号也没有姓名，没有用；请补上。"
        findings.append(
            Finding("manager_without_number", WARNING, message, len(nobody), cells, reason)
        )
    frames["managers"] = roster = roster[roster["manager_id"].notna()].reset_index(drop=True)
    findings += _one_row_a_manager(frames, where)
    roster = frames["managers"]
    numbers = _numbers_of_names(roster)
    for table in ("loans", "contacts", "customers", "prospects"):
        frame = frames[table]
        if "manager_id" in frame and len(frame):
            _number_managers(frame, numbers)
    findings += _strangers(frames["loans"], roster, where)
    return findings


def _one_row_a_manager(frames: dict[str, pd.DataFrame], where: Addresses) -> list[Finding]:
    roster = frames["managers"]
    twice = roster.duplicated("manager_id")
    if not twice.any():
        return []
    frames["managers"] = roster[~twice].reset_index(drop=True)
    message = f"名册里有 {int(twice.sum())} 行工号重复，取第一行。"
    return [
        Finding(
            "roster_twice",
            WARNING,
            message,
            int(twice.sum()),
            where.cells("managers", "manager_id", roster[twice]),
            "工号与前面的行重复，取了前面那一行；请核对。",
        )
    ]


def _numbers_of_names(roster: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return (name, branch) → number, and (name, '') where the name is one person's."""
    if "manager_name" not in roster:
        return {}
    rows = roster.dropna(subset=["manager_name"])
    names = [plain_name(n) for n in rows["manager_name"]]
    branches = rows["branch"] if "branch" in rows else [None] * len(rows)
    numbers: dict[tuple[str, str], str] = {}
    for name, branch, number in zip(names, branches, rows["manager_id"], strict=True):
        if isinstance(branch, str):
            numbers[name, branch_key(branch)] = number
        if names.count(name) == 1:
            numbers[name, ""] = number
    return numbers


def _number_managers(frame: pd.DataFrame, numbers: dict[tuple[str, str], str]) -> None:
    """Fill missing staff numbers by name; a name that the roster lacks is its own number."""
    missing = frame["manager_id"].isna()
    if "manager_name" not in frame or not missing.any():
        return
    names = frame.loc[missing, "manager_name"]
    branches = frame.loc[missing, "branch"] if "branch" in frame else names.map(lambda _: None)
    found = [
        _number_of(name, branch, numbers) for name, branch in zip(names, branches, strict=True)
    ]
    frame.loc[missing, "manager_id"] = np.array(found, dtype=object)


def _number_of(name: object, branch: object, numbers: dict[tuple[str, str], str]) -> str | None:
    if not isinstance(name, str):
        return None
    key = branch_key(branch) if isinstance(branch, str) else ""
    return numbers.get((name, key)) or numbers.get((name, "")) or name


def _strangers(loans: pd.DataFrame, roster: pd.DataFrame, where: Addresses) -> list[Finding]:
    """Report owners whom the roster does not have, with the names that come closest."""
    if "manager_id" not in loans:
        return []
    owners = loans["manager_id"].dropna()
    strange = owners[~owners.isin(roster["manager_id"])]
    if not len(strange):
        return []
    names = roster["manager_name"].dropna().tolist() if "manager_name" in roster else []
    shown = []
    for number in strange.drop_duplicates().head(5):
        row = loans.loc[loans["manager_id"] == number].iloc[0]
        name = row.get("manager_name")
        name = name if isinstance(name, str) else number
        shown.append(f"{name}（{_why_strange(str(name), names)}）")
    message = (
        f"有 {len(strange)} 笔贷款的 {strange.nunique()} 位客户经理不在名册里：{'；'.join(shown)}；"
        "请补名册或改台账，他们的客户暂不排任务。"
    )
    rows = loans.loc[strange.index]
    return [
        Finding(
            "manager_not_on_roster",
            WARNING,
            message,
            len(strange),
            where.cells("loans", "manager_id", rows),
            "客户经理不在名册里，客户暂不排任务；请补名册或改台账。",
        )
    ]


def _why_strange(name: str, names: Sequence[str]) -> str:
    """Return what the roster has in place of a name: several of it, the nearest, or nothing."""
    if names.count(name) > 1:
        return f"名册里有 {names.count(name)} 位同名，请在台账写工号"
    near = _near(name, names)
    return f"最接近：{'、'.join(near)}" if near else "名册中没有相近的"


def _near(name: str, names: Sequence[str]) -> list[str]:
    found = process.extract(name, names, scorer=fuzz.ratio, limit=3, score_cutoff=NEAR)
    return [str(match[0]) for match in found]


def _roster_from_loans(frames: dict[str, pd.DataFrame]) -> list[Finding]:
    """Make the roster from the owners in the ledger where no roster was given."""
    loans = frames["loans"]
    if "manager_id" in loans and "manager_name" in loans:
        _number_managers(loans, _numbers_within(loans))
    if "manager_id" not in loans or loans["manager_id"].isna().all():
        return []
    columns = [c for c in ("manager_id", "manager_name", "source_row") if c in loans]
    owners = loans.dropna(subset=["manager_id"])[columns]
    made = owners.groupby("manager_id", sort=False).first().reset_index()
    if "manager_name" not in made:
        made["manager_name"] = made["manager_id"]
    made["manager_name"] = made["manager_name"].where(
        made["manager_name"].notna(), made["manager_id"]
    )
    findings = _home_branches(loans, made)
    frames["managers"] = made
    message = f"没有客户经理名册，按台账里的 {len(made)} 位客户经理列出；任职时间、在岗情况不明。"
    return [Finding("roster_from_loans", WARNING, message, len(made)), *findings]


def _home_branches(loans: pd.DataFrame, made: pd.DataFrame) -> list[Finding]:
    """Give every owner the branch with most of his balance; say who has loans in several."""
    if "branch" not in loans:
        return []
    named = loans.dropna(subset=["manager_id", "branch"])
    balance = named["balance"].fillna(0.0) if "balance" in named else 1.0
    sums = named.assign(held=balance).groupby(["manager_id", "branch"])["held"].agg(["sum", "size"])
    ranked = sums.reset_index().sort_values(
        ["sum", "size", "branch"], ascending=[False, False, True], kind="stable"
    )
    home = ranked.drop_duplicates("manager_id").set_index("manager_id")["branch"]
    made["branch"] = made["manager_id"].map(home)
    several = ranked[ranked.duplicated("manager_id", keep=False)]["manager_id"].unique()
    if not len(several):
        return []
    shown = made[made["manager_id"].isin(several)].head(6)
    pairs = "、".join(
        f"{n}→{b}" for n, b in zip(shown["manager_name"], shown["branch"], strict=True)
    )
    message = (
        f"有 {len(several)} 位客户经理在几家支行都有贷款，归到余额最多的一家：{pairs}；"
        "如不对请补客户经理名册。"
    )
    return [Finding("manager_in_branches", WARNING, message, len(several))]


def _numbers_within(loans: pd.DataFrame) -> dict[tuple[str, str], str]:
    pairs = loans[["manager_name", "manager_id"]].dropna().drop_duplicates()
    alone = pairs[~pairs.duplicated("manager_name", keep=False)]
    return {(n, ""): i for n, i in zip(alone["manager_name"], alone["manager_id"], strict=True)}


def unify_branches(frames: dict[str, pd.DataFrame]) -> list[Finding]:
    """Write every branch one way: as the roster does, else as most rows do; changes frames."""
    tables = ("managers", "loans", "prospects", "votes", "customers")
    written = [frames[t]["branch"].dropna() for t in tables if "branch" in frames[t]]
    if not written:
        return []
    counts = pd.concat(written).value_counts(sort=False)
    order = {
        name: place
        for place, name in enumerate(dict.fromkeys(n for w in written for n in w.unique()))
    }
    roster = set(frames["managers"]["branch"].dropna()) if "branch" in frames["managers"] else set()
    best: dict[str, str] = {}
    for name in sorted(counts.index, key=lambda n: (n not in roster, -counts[n], order[n])):
        best.setdefault(branch_key(str(name)), str(name))
    changed = {n: best[branch_key(str(n))] for n in counts.index if best[branch_key(str(n))] != n}
    if not changed:
        return []
    for table in tables:
        if "branch" in frames[table]:
            column = frames[table]["branch"]
            frames[table]["branch"] = column.map(changed).where(column.isin(changed), column)
    pairs = "、".join(f"“{a}”→“{b}”" for a, b in sorted(changed.items())[:6])
    message = f"支行有不同写法，已统一：{pairs}。"
    return [Finding("branches_unified", INFO, message, len(changed))]
