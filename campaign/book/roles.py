"""What a sheet holds, told by its headers and their values; its name only breaks a tie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from campaign.book.aliases import BESIDE, role_aliases
from campaign.book.candidate import STAND_INS, Candidate, Target
from campaign.book.evidence import (
    CONTRADICTS,
    NEUTRAL,
    TELLING,
    UNLIKE,
    fit,
    fit_known,
    fit_unit,
    kind_of,
)
from campaign.book.header_text import HeaderText
from campaign.book.meanings import MORE, names_somebody_else, weight
from campaign.book.profile import Profile
from campaign.book.second_look import tie_broken, with_signs
from campaign.vocabulary import BOOK_TABLES

CLOSE = 0.93
LIKELY = 0.72
# A field that a column has by its very name is hardly that of another one too.
CLAIMED = 0.9
UNTOLD = 0.49
# How sure a header that says more than a field must be to tell what its sheet holds.
WHOLE = 0.85
# So many fields of a loan make a ledger, also where nobody is named: what is missing is said.
LOAN_FIELDS = 4
# How sure a header must be on a sheet whose name tells its role.
HINTED = 0.55
CONTENDERS = 3
# How far unused columns fall back where the values plainly are a field's.
OUTSPOKEN = 0.1
# How sure a column is that is known by its values alone, of how many at least.
BY_VALUES, LEAST_VALUES = 0.74, 5
NAME_BONUS = 0.4
# What is known by its looks alone: mobile numbers, certificate numbers whose last sign checks.
BY_LOOKS = frozenset({"phone", "cert_no"})
OUR_BALANCE = Target("loans", "balance")

_CUSTOMER = frozenset({"customer_id", "customer_name", "cert_no"})
_LOAN = frozenset(
    {"loan_note_id", "balance", "loan_amount", "maturity_date", "start_date", "annual_rate"}
)

# What only our own ledger says of a loan.
_OURS = frozenset({"loan_note_id", "contract_id", "manager_id", "manager_name", "branch"})

# One field of each group must be there for a sheet to have the role at all.
NEEDED: Mapping[str, tuple[frozenset[str], ...]] = {
    "loans": (_CUSTOMER, _LOAN),
    "other_loans": (_CUSTOMER, frozenset({"lender"}), _LOAN | {"knowledge_source", "willingness"}),
    "customers": (frozenset({"customer_id", "customer_name"}),),
    "managers": (
        frozenset({"manager_id", "manager_name"}),
        frozenset(
            [
                "branch",
                "team",
                "position",
                "manager_since",
                "manager_status",
                "leave_days",
                "home_area",
            ]
        ),
    ),
    "targets": (frozenset({"subject"}), frozenset({"target"})),
    "prospects": (
        frozenset({"customer_name"}),
        frozenset(
            ["prospect_id", "registered_capital", "operating_status", "founded", "origin", "phone"]
        ),
    ),
    "contacts": (
        frozenset({"contact_date"}),
        frozenset({"customer_id", "customer_name"}),
        frozenset({"method", "outcome", "content", "purpose", "willingness"}),
    ),
    "votes": (frozenset({"outlook"}), frozenset({"sub_industry", "industry_code", "industry"})),
    "do_not_contact": (
        frozenset({"customer_id", "customer_name", "phone"}),
        frozenset({"refused_on", "reason"}),
    ),
}
_SHEET_NAMES = {
    "loans": ("台账", "借据", "贷款明细", "贷款"),
    "other_loans": ("他行", "外行", "置换", "同业", "外部负债"),
    "customers": ("客户信息", "客户资料", "客户"),
    "managers": ("名册", "花名册", "人员", "客户经理", "队伍"),
    "targets": ("任务", "目标", "指标"),
    "prospects": ("名单", "潜在", "线索", "商机", "潜客"),
    "contacts": ("走访", "联系", "回访", "跟进", "外呼", "拜访", "外拓"),
    "votes": ("研判", "投票", "表决"),
    "do_not_contact": ("免打扰", "拒绝", "不联系", "勿扰", "禁扰", "退订", "勿打"),
}


@dataclass(frozen=True)
class RoleGuess:
    """The role of a sheet, and the runner-up where it is too close to call."""

    role: str | None
    rival: str | None = None


Options = dict[int, list[Candidate]]


def options_for(
    role: str, headers: Sequence[HeaderText], profiles: Mapping[int, Profile]
) -> Options:
    """Return what each column may mean on a sheet of this role, values taken into account."""
    aliases = role_aliases(role)
    options = {}
    for column, found in profiles.items():
        header = headers[column]
        options[column] = judged(aliases.candidates(header), found, header.unit)
    claimed = {best[0].target for best in options.values() if best and best[0].score >= CLAIMED}
    for column, found in profiles.items():
        candidates = options[column]
        if not candidates or candidates[0].score < LIKELY:
            plain = by_values(role, headers[column], found)
            options[column] = plain or with_signs(
                aliases, headers[column], found, candidates, claimed
            )
        else:
            options[column] = tie_broken(aliases, headers[column], found, candidates)
    return options


def by_values(role: str, header: HeaderText, found: Profile) -> list[Candidate]:
    """Return the one field whose values a column plainly holds, whatever it is called.

    That is a closed list of words, or mobile numbers where the header names nobody else.
    """
    if len(found.cells) < LEAST_VALUES:
        return []
    if names_somebody_else(header.group + header.name):
        return []
    telling = [
        (table, field)
        for table in (role, *BESIDE.get(role, ()))
        for field in BOOK_TABLES[table].fields
        if (field.values is not None and table == role or field.name in BY_LOOKS)
        and fit(found, field) == TELLING
    ]
    if len(telling) != 1:
        return []
    table, field = telling[0]
    said = role_aliases(role).likelihood.strange_words(
        header.group + header.name, Target(table, field.name)
    )
    if any(weight(word) >= MORE for word in said):
        return []  # 产品二级分类 may hold 个人 and 公司 and is no type of customer
    proof = f"内容都是“{field.label}”的写法"
    return [Candidate(Target(table, field.name), BY_VALUES, proof)]


def judged(candidates: Sequence[Candidate], found: Profile, unit: str = "") -> list[Candidate]:
    """Return candidates with what values and unit say added; contradicted ones are left out."""
    kept: list[tuple[Candidate, float]] = []
    for candidate in candidates:
        if found.empty and not candidate.exact:  # nothing to tell by, and nothing to lose
            kept.append((replace(candidate, score=min(candidate.score, UNTOLD)), NEUTRAL))
            continue
        if not candidate.target.used:
            if fit_known(found, candidate.target.field) != CONTRADICTS:
                against = fit_unit(unit, kind_of(candidate.target.field))
                kept.append((replace(candidate, score=candidate.score + against), NEUTRAL))
            continue
        field = BOOK_TABLES[candidate.target.table].field(candidate.target.field)
        evidence = fit(found, field)
        if evidence == CONTRADICTS:
            continue
        if fit_unit(unit, field.unit) == UNLIKE:
            evidence = UNLIKE
        if candidate.foreign:
            evidence = min(evidence, NEUTRAL)
        score = candidate.score if candidate.score >= 0.99 else candidate.score + evidence
        score = min(score, max(candidate.score, 0.98))
        proof = candidate.proof + ("，内容相符" if evidence > 0 else "")
        kept.append((replace(candidate, score=score, proof=proof), evidence))
    if any(evidence == TELLING for _, evidence in kept):
        kept = [
            (
                replace(c, score=c.score - OUTSPOKEN)
                if not c.target.used and c.score < 0.99
                else c,
                e,
            )
            for c, e in kept
        ]
    return sorted((c for c, _ in kept), key=lambda c: (-c.score, c.order, c.target.field))


def role_of(
    sheet_name: str, headers: Sequence[HeaderText], profiles: Mapping[int, Profile]
) -> tuple[RoleGuess, Options]:
    """Return the role of a sheet and what its columns may mean under it."""
    quick = {role: _exact_score(role, headers, profiles) for role in NEEDED}
    ranked = sorted(quick, key=lambda role: -quick[role])
    best = quick[ranked[0]]
    contenders = [role for role in ranked if quick[role] >= 0.5 * best][:CONTENDERS]
    if best < 2:
        contenders = ranked
    options = {role: options_for(role, headers, profiles) for role in contenders}
    scores = {role: _named_score(role, options[role], sheet_name) for role in contenders}
    if _has_our_balance(headers, profiles):
        scores["prospects"] = 0.0  # who has a balance with us is no prospect
    fitting = [role for role in contenders if scores[role] > 0.5]
    if not fitting:
        return RoleGuess(None), {}
    fitting.sort(key=lambda role: -scores[role])
    role = fitting[0]
    rival = fitting[1] if len(fitting) > 1 else None
    if rival is not None and scores[rival] < CLOSE * scores[role]:
        rival = None
    return RoleGuess(role, rival), options[role]


def _has_our_balance(headers: Sequence[HeaderText], profiles: Mapping[int, Profile]) -> bool:
    found = (role_aliases("loans").exact_score(headers[column]) for column in profiles)
    return any(c is not None and c.target == OUR_BALANCE and c.score >= 0.95 for c in found)


def _exact_score(
    role: str, headers: Sequence[HeaderText], profiles: Mapping[int, Profile]
) -> float:
    aliases = role_aliases(role)
    fields: dict[str, float] = {}
    for column in profiles:
        found = aliases.exact_score(headers[column])
        if found and found.target.used and found.target.table == role:
            fields[found.target.field] = max(found.score, fields.get(found.target.field, 0))
    return sum(score * _rarity(field) for field, score in fields.items())


def _named_score(role: str, options: Options, sheet_name: str) -> float:
    """Return how much a sheet speaks for a role; its name helps where its headers only hint."""
    if not any(word in sheet_name for word in _SHEET_NAMES[role]):
        return _score(role, options)
    return (_score(role, options) or _score(role, options, HINTED)) + NAME_BONUS


def _score(role: str, options: Options, least: float = LIKELY) -> float:
    """Return how much of a role's own fields a sheet has, rare fields counting most."""
    own: dict[str, float] = {}
    beside: dict[str, float] = {}
    stand_ins: set[str] = set()
    for candidates in options.values():
        first = next((c for c in candidates if c.target.used or least == LIKELY), None)
        if first is not None and first.says_more and first.score < WHOLE and _is_of_loan(first):
            continue  # 证件起始日 makes no loan
        if first is not None and first.score >= least and first.target.used:
            into = own if first.target.table == role else beside
            into[first.target.field] = max(first.score**2, into.get(first.target.field, 0))
        elif first is not None and first.score >= least and not first.target.used:
            stand_ins.add(STAND_INS.get(first.target.field, ""))
    plainly_loans = role == "loans" and len(own.keys() & _LOAN) >= LOAN_FIELDS
    if not plainly_loans and any(not group & (own.keys() | stand_ins) for group in NEEDED[role]):
        return 0.0
    score = sum(points * _rarity(field) for field, points in own.items())
    if role == "loans" and "lender" in beside and not own.keys() & _OURS:
        return 0.0  # loans at several other banks
    if role == "loans":
        if len(own.keys() & _LOAN) < 2 and len(beside) >= 3:
            return 0.0  # customers with one balance column beside
        score += sum(points * _rarity(field) for field, points in beside.items())
    explained = sum(1 for found in options.values() if found and found[0].score >= LIKELY)
    return score * explained / max(len(options), 1)


def _is_of_loan(candidate: Candidate) -> bool:
    return candidate.target.table == "loans" and candidate.target.field in _LOAN


def _rarity(field: str) -> float:
    return 1.0 / sum(1 for role in NEEDED if field in BOOK_TABLES[role].columns)
