"""Columns whose values are not what their header says; many at once are columns that slipped."""

from __future__ import annotations

from collections.abc import Mapping

from campaign.book.aliases import role_aliases
from campaign.book.candidate import Target
from campaign.book.evidence import CONTRADICTS, fit
from campaign.book.matching import CRITICAL, Matching, label_of
from campaign.book.profile import Profile
from campaign.findings import Finding
from campaign.vocabulary import BOOK_TABLES, Severity

CERTAIN = 0.95
MANY, MANY_SHARE = 3, 0.3


def report_contradictions(work: Matching, profiles: Mapping[int, Profile]) -> None:
    """Report headers whose values say otherwise; many at once mean shifted columns."""
    _report_recipe(work, profiles)
    aliases = role_aliases(work.role)
    against: list[tuple[int, Target]] = []
    certain = 0
    for column, found in profiles.items():
        if column in work.matches:
            continue
        best = aliases.exact_score(work.found.headers[column])
        if best is None or best.score < CERTAIN or not best.target.used:
            continue
        certain += 1
        evidence = fit(found, BOOK_TABLES[best.target.table].field(best.target.field))
        if evidence == CONTRADICTS and not _means_another(work, column):
            against.append((column, best.target))
    if len(against) >= MANY and len(against) > MANY_SHARE * certain:
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
        severity = Severity.ERROR if target in CRITICAL else Severity.WARNING
        message = (
            f"表“{work.sheet.name}”的列“{work.header(column)}”"
            f"内容不像“{label_of(target)}”，没有用；请检查这一列。"
        )
        work.findings.append(
            Finding("header_contradicted", severity, message, cells=(work.cell(column),))
        )


def _report_recipe(work: Matching, profiles: Mapping[int, Profile]) -> None:
    """Report columns that a recipe names and whose values no longer suit it."""
    for column, match in work.matches.items():
        target = match.target
        if target is None:
            continue
        if fit(profiles[column], BOOK_TABLES[target.table].field(target.field)) != CONTRADICTS:
            continue
        critical = target in CRITICAL
        message = (
            f"配方把表“{work.sheet.name}”的列“{work.header(column)}”定为“{label_of(target)}”，这份"
            "文件里的内容却不像；请核对文件，或更新配方。"
        )
        severity = Severity.ERROR if critical else Severity.WARNING
        work.findings.append(
            Finding("recipe_contradicted", severity, message, cells=(work.cell(column),))
        )


def _means_another(work: Matching, column: int) -> bool:
    """Return whether the values leave another sure meaning for a column."""
    best = next(iter(work.options.get(column, [])), None)
    return best is not None and best.score >= CERTAIN
