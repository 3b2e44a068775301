"""A bank's headers → our fields, each with its confidence and proof; doubt becomes a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from campaign.book.aliases import Candidate, Target, role_aliases
from campaign.book.evidence import CONTRADICTS, MOST, fit
from campaign.book.header_text import HeaderText, normalised
from campaign.book.headers import FoundTable
from campaign.book.profile import Profile
from campaign.book.raw_sheet import RawSheet
from campaign.book.roles import Options
from campaign.book.sheet_guess import SheetGuess
from campaign.findings import Finding
from campaign.vocabulary import BOOK_TABLES, Severity

ACCEPT = 0.72
MARGIN = 0.06
SURE = 0.985
HAIR = 0.02
LEAST_SPAN = 60
UNUSED = "不用"
INDUSTRY = {"industry", "industry_code"}

# Fields where a wrong choice between two columns changes the plan: these are asked.
CRITICAL = frozenset(
    {
        ("loans", "balance"),
        ("loans", "loan_amount"),
        ("loans", "credit_limit"),
        ("loans", "annual_rate"),
        ("loans", "maturity_date"),
        ("loans", "loan_class"),
        ("loans", "customer_id"),
        ("loans", "manager_id"),
        ("other_loans", "balance"),
        ("other_loans", "maturity_date"),
        ("targets", "target"),
    }
)


@dataclass(frozen=True)
class ColumnMatch:
    """One column and what it means.

    Attributes:
        column: Place among the sheet's columns, 0-based.
        header: Its header.
        target: The field, or None if it is not used.
        confidence: 0 to 1.
        proof: Why, in Chinese.
        near: Fields that came close, for a column that is not used.
    """

    column: int
    header: HeaderText
    target: Target | None
    confidence: float
    proof: str
    near: tuple[Target, ...] = ()


@dataclass(frozen=True)
class SheetMapping:
    """The columns of a sheet understood."""

    role: str
    columns: tuple[ColumnMatch, ...]
    findings: tuple[Finding, ...] = ()

    def of(self, table: str, name: str) -> ColumnMatch | None:
        """Return the column that holds a field, or None."""
        target = Target(table, name)
        return next((match for match in self.columns if match.target == target), None)


@dataclass
class _Work:
    """The matching under way."""

    sheet: RawSheet
    found: FoundTable
    options: Options
    role: str
    matches: dict[int, ColumnMatch] = field(default_factory=dict)
    taken: dict[Target, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def take(self, column: int, target: Target, confidence: float, proof: str) -> None:
        header = self.found.headers[column]
        self.matches[column] = ColumnMatch(column, header, target, round(confidence, 2), proof)
        self.taken.setdefault(target, column)

    def leave(self, column: int, proof: str, near: Sequence[Candidate] = ()) -> None:
        header = self.found.headers[column]
        fields = tuple(c.target for c in near if c.target.used)[:3]
        self.matches[column] = ColumnMatch(column, header, None, 0.0, proof, fields)

    def cell(self, column: int) -> str:
        return f"{self.sheet.name}!{self.sheet.letter(column)}{self.found.bottom + 1}"


def map_columns(guess: SheetGuess, chosen: Mapping[str, str] | None = None) -> SheetMapping:
    """Return what each column of a sheet means.

    Args:
        guess: The sheet, its table, its role, and what its columns may mean.
        chosen: Normalised header → field name or 不用, from a recipe; it beats everything.
    """
    role, options, profiles = guess.role, guess.options, guess.profiles
    work = _Work(guess.sheet, guess.found, options, role)
    _take_chosen(work, role, chosen or {})
    _report_contradictions(work, role, profiles)
    ranked = sorted(
        (
            (candidate, column)
            for column, candidates in options.items()
            for candidate in candidates
            if candidate.score >= ACCEPT
        ),
        key=lambda pair: (-pair[0].score, pair[0].order, pair[1]),
    )
    for candidate, column in ranked:
        if column not in work.matches and candidate.target not in work.taken:
            _settle(work, column, candidate)
    for column in profiles:
        if column not in work.matches:
            work.leave(column, "没有对应的字段", options.get(column, ()))
    if role == "loans":
        _ask_maturity(work, profiles)
    columns = tuple(work.matches[column] for column in sorted(work.matches))
    return SheetMapping(role, columns, tuple(work.findings))


def _take_chosen(work: _Work, role: str, chosen: Mapping[str, str]) -> None:
    for column in work.options:
        name = chosen.get(normalised(work.found.headers[column].raw))
        if name == UNUSED:
            work.leave(column, "配方里定为不用")
        elif name:
            table, _, field_name = name.rpartition(".")
            work.take(column, Target(table or role, field_name), 1.0, "配方")


def _settle(work: _Work, column: int, candidate: Candidate) -> None:
    """Take a candidate, or ask if another field or another column is about as good."""
    rivals = _rival_fields(work, column, candidate)
    if rivals:
        _ask_field(work, column, [candidate, *rivals])
        return
    columns = _rival_columns(work, column, candidate)
    if columns:
        _choose_column(work, [column, *columns], candidate)
        return
    work.take(column, candidate.target, candidate.score, candidate.proof)


def _rival_fields(work: _Work, column: int, best: Candidate) -> list[Candidate]:
    return [other for other in rivals(best, work.options[column]) if other.target not in work.taken]


def rivals(best: Candidate, options: Sequence[Candidate]) -> list[Candidate]:
    """Return the other fields of a column that are about as likely as the best.

    A column that the plan does not use rivals a field only where a mistake would change the
    plan, or where it is as likely to a hair.
    """
    found = []
    for other in options:
        if other.target == best.target or other.score < ACCEPT or best.exact and not other.exact:
            continue
        if not (other.target.used or best.target.used):
            continue
        if {other.target.field, best.target.field} == INDUSTRY:
            continue  # code and name are read together, whichever the column is taken for
        critical = (best.target.table, best.target.field) in CRITICAL
        close = MARGIN if other.target.used or critical else HAIR
        margin = 0.005 if best.score >= SURE else close
        if other.score >= best.score - margin:
            found.append(other)
    return found


def _rival_columns(work: _Work, column: int, best: Candidate) -> list[int]:
    if not best.target.used:
        return []
    margin = 0.005 if best.score >= SURE else MARGIN
    rivals = []
    for other, candidates in work.options.items():
        if other == column or other in work.matches or not candidates:
            continue
        first = candidates[0]
        if first.target == best.target and first.score >= best.score - margin:
            rivals.append(other)
    return rivals


def _ask_field(work: _Work, column: int, candidates: list[Candidate]) -> None:
    labels = "、".join(f"“{label_of(c.target)}”" for c in candidates)
    critical = any((c.target.table, c.target.field) in CRITICAL for c in candidates)
    header = work.found.headers[column].raw
    work.findings.append(
        Finding(
            "ambiguous_column",
            Severity.ERROR if critical else Severity.WARNING,
            f"表“{work.sheet.name}”的列“{header}”可能是{labels}，分不清，没有用；"
            f"请在配方里指定，如 {_in_recipe(work, candidates[0].target, header)}，或改表头。",
            cells=(work.cell(column),),
        )
    )
    work.leave(column, "分不清，待确认", candidates)


def _in_recipe(work: _Work, target: Target, header: str) -> str:
    """Return the lines of a recipe that give a header to a field."""
    role = work.role
    name = target.field if target.table == role else f"{target.table}.{target.field}"
    return f'[columns.{role}] 下写 "{normalised(header)}" = "{name}"'


def _choose_column(work: _Work, columns: list[int], candidate: Candidate) -> None:
    """Choose among columns that mean the same field: equal ones freely, else by care."""
    columns = sorted(columns, key=lambda c: (work.options[c][0].order, c))
    target = candidate.target
    names = "、".join(f"“{work.found.headers[c].raw}”" for c in columns)
    cells = tuple(work.cell(c) for c in columns)
    label = label_of(target)
    start = work.found.body
    first = work.sheet.columns[columns[0]][start:]
    equal = all(work.sheet.columns[c][start:] == first for c in columns[1:])
    if not equal and (target.table, target.field) in CRITICAL:
        message = (
            f"表“{work.sheet.name}”的列{names}都像“{label}”，内容不同，不能替您选；请在配方里"
            f"指定用哪一列，如 {_in_recipe(work, target, work.found.headers[columns[0]].raw)}。"
        )
        work.findings.append(
            Finding("ambiguous_column", Severity.ERROR, message, len(columns), cells)
        )
        for column in columns:
            work.leave(column, "与另一列争同一字段，待确认", [candidate])
        return
    best = columns[0]
    work.take(best, target, work.options[best][0].score, work.options[best][0].proof)
    for column in columns[1:]:
        work.leave(column, f"与“{work.found.headers[best].raw}”同义，用了后者", [candidate])
    if not equal:
        message = (
            f"表“{work.sheet.name}”的列{names}都像“{label}”，"
            f"用了“{work.found.headers[best].raw}”；如不对请在配方里指定。"
        )
        work.findings.append(Finding("two_columns", Severity.WARNING, message, len(columns), cells))


def _ask_maturity(work: _Work, profiles: Mapping[int, Profile]) -> None:
    """Ask for a column that could be the missing maturity: days, mostly after the start."""
    taken = {target.field for target in work.taken}
    if taken & {"maturity_date", "_maturity_original", "_maturity_extended", "_term"}:
        return
    start = work.taken.get(Target("loans", "start_date"))
    after = profiles[start].middle_day if start is not None else None
    likely = [
        column
        for column, match in work.matches.items()
        if not (match.target and match.target.used)
        and profiles[column].date_share >= MOST
        and profiles[column].day_span >= LEAST_SPAN
        and (after is None or profiles[column].middle_day > after)
    ]
    if not likely:
        return
    names = "、".join(f"“{work.found.headers[column].raw}”" for column in likely)
    lines = _in_recipe(work, Target("loans", "maturity_date"), work.found.headers[likely[0]].raw)
    message = (
        f"表“{work.sheet.name}”没有认出到期日期，列{names}都是日期，可能就是；没有到期日期算不出"
        f"到期与续贷。若是，请在配方里 {lines}。"
    )
    cells = tuple(work.cell(column) for column in likely)
    kind = "maturity_not_found"
    work.findings.append(Finding(kind, Severity.WARNING, message, len(likely), cells))


def _report_contradictions(work: _Work, role: str, profiles: Mapping[int, Profile]) -> None:
    """Report headers whose values say otherwise; many at once mean shifted columns."""
    aliases = role_aliases(role)
    against: list[tuple[int, Target]] = []
    certain = 0
    for column, found in profiles.items():
        if column in work.matches:
            continue
        best = aliases.exact_score(work.found.headers[column])
        if best is None or best.score < 0.95 or not best.target.used:
            continue
        certain += 1
        evidence = fit(found, BOOK_TABLES[best.target.table].field(best.target.field))
        if evidence == CONTRADICTS and not _means_another(work, column):
            against.append((column, best.target))
    if len(against) >= 3 and len(against) > 0.3 * certain:
        message = (
            f"表“{work.sheet.name}”有 {len(against)} 列的内容与表头对不上，像是整列错位；"
            "请检查合并单元格后重新导出。"
        )
        cells = tuple(work.cell(column) for column, _ in against)
        work.findings.append(
            Finding("columns_shifted", Severity.ERROR, message, len(against), cells)
        )
        return
    for column, target in against:
        severity = Severity.ERROR if (target.table, target.field) in CRITICAL else Severity.WARNING
        message = (
            f"表“{work.sheet.name}”的列“{work.found.headers[column].raw}”"
            f"内容不像“{label_of(target)}”，没有用；请检查这一列。"
        )
        work.findings.append(
            Finding("header_contradicted", severity, message, cells=(work.cell(column),))
        )


def _means_another(work: _Work, column: int) -> bool:
    """Return whether the values leave another sure meaning for a column."""
    best = next(iter(work.options.get(column, [])), None)
    return best is not None and best.score >= 0.95


def label_of(target: Target) -> str:
    """Return the Chinese label of a field."""
    if not target.used:
        return "其他"
    return BOOK_TABLES[target.table].field(target.field).label


def nearest_headers(
    table: str, name: str, headers: Sequence[HeaderText], profiles: Mapping[int, Profile]
) -> list[str]:
    """Return the headers that come closest to a field, best first, at most three."""
    aliases = role_aliases(table)
    near = []
    for column in profiles:
        for candidate in aliases.like(headers[column]):
            if candidate.target == Target(table, name):
                near.append((-candidate.score, headers[column].raw))
    return [raw for _, raw in sorted(near)[:3]]
