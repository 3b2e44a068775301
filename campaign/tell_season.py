"""What the commands of the running campaign say on the screen, as lines of Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.tell import yi_words

if TYPE_CHECKING:
    from campaign.progress.return_report import ReturnReport
    from campaign.progress.review import Review
    from campaign.replan import Replanned

NAMES_SHOWN = 10
# The pages of a review for the whole bank come first.
PAGES_SHOWN = 4


def return_lines(reports: Sequence[ReturnReport], *, preview: bool) -> list[str]:
    """Return what became of the workbooks that came back, file by file."""
    lines = ["预览（没有写入）："] if preview else []
    for report in reports:
        if report.refused:
            lines.append(f"拒收  {report.file}：{report.refused}")
            continue
        lines.append(
            f"收回  {report.file}（第 {report.version} 版）：{report.rows_in} 行 = "
            f"采用 {report.applied} + 无变化 {report.unchanged} + 未采用 {report.rejected}"
            f" + 对不上 {report.unknown}"
        )
        lines += [f"      {row.words}" for row in report.open_rows]
        lines += [f"      {note}" for note in report.notes]
        if report.missing:
            lines.append(
                f"      缺 {len(report.missing)} 行（仍算未完成）：{_first(report.missing)}"
            )
    taken = [report for report in reports if not report.refused]
    lines.append(
        f"合计  收回 {len(taken)} 份，拒收 {len(reports) - len(taken)} 份，"
        f"采用 {sum(report.applied for report in taken)} 行，"
        f"要看的 {sum(len(report.open_rows) for report in taken)} 行"
    )
    return lines


def review_lines(review: Review, paths: Sequence[Path]) -> list[str]:
    """Return where the campaign stands: in one sentence, who sent nothing, whom to talk to."""
    from campaign.render.review_page import review_sentence, unheard_sentence
    from campaign.render.story_pages import win_words

    lines = [review_sentence(review)]
    for row in review.branches.to_dict("records"):
        due = row["target_due"]
        lines.append(
            f"  {row['branch']}  触达 {row['done']:.0f}/{row['planned']:.0f}，"
            f"放款 {yi_words(row['amount'])}，应达 {'—' if due != due else yi_words(due)}"
        )
    names = [
        f"{row['manager_name']}（{row['branch']}）" for row in review.silent.to_dict("records")
    ]
    lines.append(f"没有交回  {_first(names) if names else '无'}")
    named = review.interviews.to_dict("records")
    for row in named[:NAMES_SHOWN]:
        lines.append(f"要约谈    {row['manager_name']}（{row['branch']}）：{row['reason']}")
    if len(named) > NAMES_SHOWN:
        lines.append(f"          共 {len(named)} 人，其余见复盘页")
    if unheard := unheard_sentence(review):
        lines.append(f"          {unheard}")
    told = review.stories.breakthroughs.to_dict("records")
    for row in told[:NAMES_SHOWN]:
        lines.append(f"请来讲    {row['manager_name']}（{row['branch']}）：{win_words(row)}")
    lines.append(f"已写出 {len(paths)} 个文件到 {paths[0].parent}，先看：")
    return lines + [f"  {path.name}" for path in paths[:PAGES_SHOWN]]


def replan_lines(done: Replanned) -> list[str]:
    """Return what a plan made anew changes, what it expects, and where things are."""
    from campaign.render.changes_page import change_sentence
    from campaign.vocabulary import Change

    plan, changes = done.plan, done.carried.changes
    lines = [change_sentence(plan, done.carried)]
    for row in changes.head(NAMES_SHOWN).to_dict("records"):
        days = [f"{day:%m-%d}" for day in (row["old_date"], row["new_date"]) if day == day]
        lines.append(
            f"  {Change(row['change']).label}  {row['candidate_id']}  {' → '.join(days)}"
            f"  {row['reason']}"
        )
    if len(changes) > NAMES_SHOWN:
        lines.append(f"  共 {len(changes)} 处，其余见 方案变动.html 与 tables/changes.csv")
    bridge = plan.bridge
    lines.append(f"预计净增  {yi_words(bridge.net_growth)}（已收回的结果计入，其余为预计）")
    if bridge.target == bridge.target:
        lines.append(f"达成可能  {plan.forecast.chance:.0%}，缺口 {yi_words(max(bridge.gap, 0.0))}")
    root = done.paths[0].parent
    lines += [
        f"已写出 {len(done.paths)} 个文件到 {root}；上一版移到 {root / '旧版'}：",
        f"  {root / '行动方案'}    新版工作簿，填过的内容已带入；请各客户经理改用新版",
        f"  {root / '简报' / '方案变动.html'}",
    ]
    return lines


def _first(names: Sequence[str]) -> str:
    more = f" 等 {len(names)} 个" if len(names) > NAMES_SHOWN else ""
    return "、".join(names[:NAMES_SHOWN]) + more
