"""Commands that plan: demo, plan, and the trials that carry nothing out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from campaign.cli_options import (
    BOOKS,
    HISTORY,
    PASSWORD,
    PLANNING,
    RECIPE,
    SETTINGS,
    UNIT,
    request_of,
    scenario_request,
)
from campaign.cli_types import EXISTING, FOLDER, SOURCE, Amount, Day
from campaign.commands.shared import stages
from campaign.errors import QuestionOpen

if TYPE_CHECKING:
    from campaign.request import CampaignRequest


@click.command()
@click.option(
    "--out", type=FOLDER, default=Path("campaign_demo"), show_default=True, help="写到哪个文件夹。"
)
def demo(out: Path) -> None:
    """用自带的清河农商银行样本走一遍，不需要任何文件。"""
    from campaign.resources import resource_folder
    from campaign.workflow import CampaignRequest

    samples = resource_folder("sample_books")
    request = CampaignRequest((samples / "qinghe.xlsx",), history=(samples / "qinghe_2025.xlsx",))
    _plan_and_tell(request, out)


@click.command()
@BOOKS
@click.option("--out", required=True, type=FOLDER, help="写到哪个文件夹。")
@PLANNING
@click.option("--no-mask", is_flag=True, help="不脱敏（仅限经批准的内部使用）。")
def plan(books: tuple[Path, ...], out: Path, no_mask: bool, **given: Any) -> None:
    """从台账做出完整方案：行动方案、支行简报、全行汇总、数据表。"""
    from dataclasses import replace

    request = request_of(books, given)
    if no_mask:
        masked = request.settings.with_values({"output": {"masked": False}})
        request = replace(request, settings=masked)
    _plan_and_tell(request, out)


@click.command()
@click.argument("old_book", type=EXISTING, metavar="OLD_BOOK")
@click.argument("new_book", type=EXISTING, metavar="NEW_BOOK")
@click.option("--out", type=FOLDER, help="把数据表和一页可打印的回测写到哪个文件夹。")
@HISTORY
@SETTINGS
@UNIT
@RECIPE
@PASSWORD
def backtest(old_book: Path, new_book: Path, out: Path | None, **given: Any) -> None:
    """用去年的台账做方案，拿今年的台账核对：谁会增长、增多少，估得准不准。"""
    from campaign import backtests, workflow
    from campaign.tell_trials import backtest_lines

    if out:
        workflow.refuse_unwritable(out)
    with stages() as progress:
        scored = backtests.score_old_plan(request_of((old_book,), given), new_book, progress)
        paths = backtests.write_backtest(scored, out) if out else []
    click.echo("\n".join(backtest_lines(scored, paths)))


@click.command()
@click.argument("sources", nargs=-1, required=True, type=SOURCE, metavar="DIR|BOOK...")
@click.option(
    "--set", "sets", multiple=True, metavar="KEY=VALUE", help="改一项设置，可多次，合成一个情景。"
)
@click.option(
    "--versus", multiple=True, metavar="KEY=VALUE", help="另一个情景，各占一列；几项用 ; 隔开。"
)
@click.option("--reach", type=Amount(), help="净增多少，如 3亿：要怎样才过半把握。")
@PLANNING
def scenario(
    sources: tuple[Path, ...],
    sets: tuple[str, ...],
    versus: tuple[str, ...],
    reach: float | None,
    **given: Any,
) -> None:
    """换几项设置试算，与原方案并排看；不写任何文件。"""
    from dataclasses import replace

    from campaign import trials
    from campaign.tell_trials import BY_HAND, reach_lines, scenario_lines
    from campaign.web.wishes import fixed_beside

    groups = [*([sets] if sets else []), *((one,) for one in versus)]
    if not groups and reach is None:
        raise click.UsageError("请用 --set 或 --versus 说明改什么，或用 --reach 说明要达到多少。")
    request = scenario_request(sources, given)
    tried = [trials.with_settings(request, texts) for texts in groups]
    with stages() as progress:
        folder = sources[0] if sources[0].is_dir() else None
        wishes = fixed_beside(folder) if folder else None
        ground = trials.ground_of(request, progress, folder=folder, commitments=wishes)
        lines = [BY_HAND] if wishes else []
        lines += scenario_lines(trials.try_scenarios(ground, tried, progress))
        if reach is not None:
            stands = replace(ground, request=tried[0]) if sets else ground
            on = trials.scenario_name(int(bool(sets)), len(tried))
            found = trials.what_must_be_true(stands, reach, progress)
            lines += ["", *reach_lines(reach, on, found)]
    click.echo("\n".join(lines))


def _plan_and_tell(request: CampaignRequest, out: Path) -> None:
    from dataclasses import replace

    from campaign.tell import plan_lines
    from campaign.workflow import run_campaign

    try:
        with stages() as progress:
            run = run_campaign(request, out, progress)
    except QuestionOpen as question:
        if request.as_of is not None or "--as-of" not in question.hint or not sys.stdin.isatty():
            raise
        click.echo(str(question), err=True)
        day = click.prompt("请输入台账的数据日期", type=Day(), err=True)
        with stages() as progress:
            run = run_campaign(replace(request, as_of=day), out, progress)
    click.echo("\n".join(plan_lines(run)))
