"""A bank's headers → our fields, each with its confidence and proof; doubt becomes a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from campaign.book.candidate import STAND_INS, Candidate, Target
from campaign.book.contradictions import report_contradictions
from campaign.book.convert import helper_field, rate_unit
from campaign.book.header_text import UNUSED, normalised
from campaign.book.matching import (
    CAREFUL,
    CRITICAL,
    LEFT_OUT,
    RECIPE,
    Matching,
    SheetMapping,
    label_of,
)
from campaign.book.missing_fields import ask_missing
from campaign.book.pairs import weigh_pairs
from campaign.book.roles import Options
from campaign.book.sheet_guess import SheetGuess
from campaign.book.values import rates
from campaign.findings import Finding
from campaign.vocabulary import Severity

ACCEPT = 0.72
MARGIN = 0.06
SURE = 0.985
HAIR = 0.02
RATE_ROUNDING = 0.0006  # of a rate a month in ‰ with two decimals, times twelve
NO_FIELD = "没有对应的字段"
SAME_AS = "与“{}”同义，用了后者"
HALF_UNDERSTOOD = "表头里有不认识的词，待确认"
INDUSTRY = {"industry", "industry_code"}


def map_columns(guess: SheetGuess, chosen: Mapping[str, str] | None = None) -> SheetMapping:
    """Return what each column of a sheet means.

    Args:
        guess: The sheet, its table, its role, and what its columns may mean.
        chosen: Normalised header → field name or 不用, from a recipe; it beats everything.
    """
    role, options, profiles = guess.role, _without_unkept(guess), guess.profiles
    work = Matching(guess.sheet, guess.found, options, role)
    _take_chosen(work, role, chosen or {})
    report_contradictions(work, profiles)
    weigh_pairs(work)
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
        if column in work.matches or candidate.target in work.taken:
            continue
        if not candidate.target.used and _lost(work, column, candidate.score):
            _leave_over(work, column)
            continue
        _settle(work, column, candidate)
    for column in profiles:
        if column not in work.matches:
            _leave_over(work, column)
    ask_missing(work, profiles)
    columns = tuple(work.matches[column] for column in sorted(work.matches))
    return SheetMapping(role, columns, tuple(work.findings))


def idle_columns(guess: SheetGuess, chosen: Mapping[str, str] | None = None) -> set[int]:
    """Return the columns whose values nothing needs: of no field, nor nearly, nor a help for one."""
    return {
        match.column
        for match in map_columns(guess, chosen).columns
        if (
            not any(option.score >= ACCEPT for option in guess.options.get(match.column, ()))
            if match.target is None
            else _is_idle(match.target)
        )
    }


def _is_idle(target: Target) -> bool:
    """Return whether a field is known, but neither used nor of help where one is missing."""
    name = target.field
    return not target.used and helper_field(name) is None and name not in STAND_INS


def _without_unkept(guess: SheetGuess) -> Options:
    """Return what columns may mean; one that was not kept to its end no field that is used."""
    unkept = {
        column: [
            option
            for option in guess.options.get(column, ())
            if option.score < ACCEPT or _is_idle(option.target)
        ]
        for column in guess.sheet.unkept
    }
    return {**guess.options, **unkept}


def _leave_over(work: Matching, column: int) -> None:
    """Leave a column that nothing was found for, or whose field a better one has: that is said."""
    likely = _lost(work, column)
    if likely is None:
        work.leave(column, NO_FIELD, work.options.get(column, ()), unsure=True)
        return
    better = work.taken[likely.target]
    work.leave(column, SAME_AS.format(work.header(better)), [likely])
    if not _same_contents(work, [better, column], likely.target):
        work.findings.append(_two_columns(work, [better, column], likely.target))


def _lost(work: Matching, column: int, above: float = 0.0) -> Candidate | None:
    """Return the field that a column is likely to be, above a score, and that another one has."""
    likely = (c for c in work.options.get(column, ()) if c.score >= ACCEPT and c.score > above)
    return next((c for c in likely if c.target.used and c.target in work.taken), None)


def _take_chosen(work: Matching, role: str, chosen: Mapping[str, str]) -> None:
    """Take the columns that a recipe names, one a field; others of the same name are asked."""
    named: dict[Target, list[int]] = {}
    for column in work.options:
        name = chosen.get(normalised(work.header(column)))
        if name == UNUSED:
            work.leave(column, LEFT_OUT)
        elif name:
            table, _, field_name = name.rpartition(".")
            named.setdefault(Target(table or role, field_name), []).append(column)
    for target, columns in named.items():
        if _same_contents(work, columns, target):
            work.take(columns[0], target, 1.0, RECIPE)
            for column in columns[1:]:
                work.leave(column, SAME_AS.format(work.header(columns[0])))
        else:
            _ask_columns(work, columns, target, "请给不用的一列改名，或在配方里写成“不用”。")


def _settle(work: Matching, column: int, candidate: Candidate) -> None:
    """Take a candidate, or ask if another field or another column is about as good."""
    rivals = _rival_fields(work, column, candidate)
    if rivals:
        _ask_field(work, column, [candidate, *rivals])
        return
    if _is_half_understood(candidate):
        work.leave(column, HALF_UNDERSTOOD, [candidate], unsure=True)
        return
    columns = _rival_columns(work, column, candidate)
    if columns:
        _choose_column(work, [column, *columns], candidate)
        return
    work.take(column, candidate.target, candidate.score, candidate.proof)


def _is_half_understood(best: Candidate) -> bool:
    """Return whether a header says more than the field it is like, where a mistake is dear.

    保险到期日 may be the end of an insurance, 风险经理 somebody else's work.
    """
    return best.says_more and best.target in CAREFUL


def _rival_fields(work: Matching, column: int, best: Candidate) -> list[Candidate]:
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
        critical = best.target in CRITICAL
        close = MARGIN if other.target.used or critical else HAIR
        margin = 0.005 if best.score >= SURE else close
        if other.score >= best.score - margin:
            found.append(other)
    return found


def _rival_columns(work: Matching, column: int, best: Candidate) -> list[int]:
    if not best.target.used:
        return []
    margin = 0.005 if best.score >= SURE else MARGIN
    rivals = []
    for other, candidates in work.options.items():
        if other == column or other in work.matches or not candidates:
            continue
        first = candidates[0]
        close = first.target == best.target and first.score >= best.score - margin
        if close and not _is_half_understood(first):
            rivals.append(other)
    return rivals


def _ask_field(work: Matching, column: int, candidates: list[Candidate]) -> None:
    used = [c.target for c in candidates if c.target.used]
    labels = "、".join(f"“{label_of(target)}”" for target in used)
    if len(used) < len(candidates):
        labels += "或方案用不到的列"
    critical = any(target in CRITICAL for target in used)
    header = work.header(column)
    work.findings.append(
        Finding(
            "ambiguous_column",
            Severity.ERROR if critical else Severity.WARNING,
            f"表“{work.sheet.name}”的列“{header}”可能是{labels}，分不清，没有用；"
            f"请在配方里指定，如 {work.in_recipe(column, used[0])}，或改表头。",
            cells=(work.cell(column),),
        )
    )
    work.leave(column, "分不清，待确认", candidates)


def _choose_column(work: Matching, columns: list[int], candidate: Candidate) -> None:
    """Choose among columns that mean the same field: equal ones freely, else by care."""
    columns = sorted(columns, key=lambda c: (work.options[c][0].order, c))
    target = candidate.target
    equal = _same_contents(work, columns, target)
    if not equal and target in CRITICAL:
        remedy = f"请在配方里指定用哪一列，如 {work.in_recipe(columns[0], target)}。"
        _ask_columns(work, columns, target, remedy)
        return
    best = columns[0]
    work.take(best, target, work.options[best][0].score, work.options[best][0].proof)
    for column in columns[1:]:
        work.leave(column, SAME_AS.format(work.header(best)), [candidate])
    if not equal:
        work.findings.append(_two_columns(work, columns, target))


def _two_columns(work: Matching, columns: Sequence[int], target: Target) -> Finding:
    """Say which of several columns was taken for a field, the first."""
    message = (
        f"表“{work.sheet.name}”的列{work.headers(columns)}都像“{label_of(target)}”，"
        f"用了“{work.header(columns[0])}”；如不对请在配方里指定。"
    )
    return Finding("two_columns", Severity.WARNING, message, len(columns), work.cells(columns))


def _ask_columns(work: Matching, columns: Sequence[int], target: Target, remedy: str) -> None:
    """Ask which of several columns is a field, and use none of them."""
    message = f"表“{work.sheet.name}”的列{work.headers(columns)}都像“{label_of(target)}”，内容不同，不能替您选；{remedy}"
    critical = target in CRITICAL
    severity = Severity.ERROR if critical else Severity.WARNING
    work.findings.append(
        Finding("ambiguous_column", severity, message, len(columns), work.cells(columns))
    )
    for column in columns:
        near = [found for found in work.options[column] if found.target == target]
        work.leave(column, "与另一列争同一字段，待确认", near)


def _same_contents(work: Matching, columns: Sequence[int], target: Target) -> bool:
    """Return whether columns say the same in every row; rates a month and a year are compared."""
    bodies = [work.sheet.columns[column][work.found.body :] for column in columns]
    if all(body == bodies[0] for body in bodies[1:]):
        return True
    if target.field != "annual_rate" or len({*map(len, bodies)}) > 1:
        return False
    first, *others = (
        rates(body, rate_unit(work.found.headers[column])).values
        for column, body in zip(columns, bodies, strict=True)
    )
    return all(
        np.allclose(first, other, rtol=0, atol=RATE_ROUNDING, equal_nan=True) for other in others
    )
