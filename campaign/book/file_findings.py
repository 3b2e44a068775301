"""What is said of a file as a whole: hidden sheets, files of an archive, sheets cut off or unreadable."""

from __future__ import annotations

from collections.abc import Sequence

from campaign.book.preflight import SAVE_AGAIN
from campaign.book.raw_sheet import RawSheet
from campaign.findings import Ask, Finding
from campaign.vocabulary import BookQuestion, Loading, Severity

XLS_LAST_ROW = 65_536


def members(name: str, asks: list[Ask], *, chosen: bool) -> Finding:
    """Say which files of an archive were read; several are a question until it is answered."""
    read = [ask.key for ask in asks if ask.answer == Loading.LOAD]
    skipped = [ask.key for ask in asks if ask.answer == Loading.SKIP]
    message = f"压缩包“{name}”里的 {len(read)} 个文件都读了：{'、'.join(read)}。"
    if skipped:
        message = f"压缩包“{name}”里读了 {'、'.join(read)}；按您的选择没有读 {'、'.join(skipped)}。"
    several = len(asks) > 1 and not chosen
    if several:
        message += "若不该都算（如有往年的台账），请选出不装的。"
    severity = Severity.WARNING if several else Severity.INFO
    questions = tuple(asks) if len(asks) > 1 else ()
    return Finding("zip_members", severity, message, len(read), asks=questions)


def hidden_sheets(
    name: str, left: Sequence[tuple[str, int]], loaded: Sequence[tuple[str, int]]
) -> list[Finding]:
    """Ask whether hidden sheets are to be loaded; say which were, on somebody's word."""
    findings = []
    for hidden, answer, what in (
        (left, Loading.SKIP, "有隐藏的表没有装入：{}；若也要用，请选“装入”。"),
        (loaded, Loading.LOAD, "有隐藏的表，按您的选择装入了：{}。"),
    ):
        if hidden:
            listed = "、".join(
                f"“{label}”" + (f"（{rows} 行）" if rows else "") for label, rows in hidden
            )
            asks = tuple(Ask(BookQuestion.HIDDEN_SHEET, label, answer) for label, _ in hidden)
            message = f"“{name}”{what.format(listed)}"
            findings.append(
                Finding("hidden_sheets", Severity.INFO, message, len(hidden), asks=asks)
            )
    return findings


def suspicious(sheets: Sequence[RawSheet]) -> list[Finding]:
    """Say which sheets cannot be read though there is something in them, or end at an old limit."""
    findings = []
    for sheet in sheets:
        if sheet.height == 0 and sheet.facts.has_values:
            message = f"表“{sheet.name}”里有内容但读不出来；{SAVE_AGAIN}"
            findings.append(Finding("sheet_unreadable", Severity.ERROR, message))
        if sheet.height == XLS_LAST_ROW:
            message = (
                f"表“{sheet.name}”正好 65,536 行，是旧 .xls 的上限，后面可能丢了；"
                "请用 xlsx 重新导出，核对笔数。"
            )
            last = (f"{sheet.name}!{sheet.letter(0)}{XLS_LAST_ROW}",)
            findings.append(Finding("row_limit_reached", Severity.WARNING, message, cells=last))
    return findings
