"""The command line: `campaign COMMAND`. Everything heavy is imported inside a command.

Exit codes: 0 done; 1 the work could not be done (one Chinese sentence says why);
2 the call was wrong, or `campaign check` found the book unusable.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from campaign import __version__
from campaign.cli_options import (
    BOOKS,
    HISTORY,
    PASSWORD,
    PLANNING,
    READING,
    RECIPE,
    SETTINGS,
    UNIT,
    read_options,
    request_of,
    scenario_request,
)
from campaign.cli_types import CAMPAIGN, EXISTING, FOLDER, SOURCE, Amount, ChineseGroup, Day
from campaign.errors import CampaignError, QuestionOpen

if TYPE_CHECKING:
    from campaign.workflow import CampaignRequest, Hand, Progress


@click.group(
    cls=ChineseGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="campaign %(version)s")
def main() -> None:
    """开门红小微业务方案：读入贷款台账，算出增长从哪里来，给每位客户经理排好走访。"""


@main.command()
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


@main.command()
@BOOKS
@click.option(
    "--json",
    "json_to",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="把结果写成 JSON；- 表示屏幕。",
)
@READING
def check(books: tuple[Path, ...], json_to: str | None, **given: Any) -> None:
    """读入台账，说明读懂了什么、哪里不清楚。可用退出码 0，不可用 2。"""
    from campaign.tell import check_lines, unreadable_report
    from campaign.workflow import CampaignRequest, check_books

    try:
        with _stages() as progress:
            progress("读取台账")
            _, report = check_books(CampaignRequest(books, **read_options(given)))
    except CampaignError as error:
        report = unreadable_report(error)
    if json_to:
        _write_json(report, json_to)
    if json_to != "-":
        click.echo("\n".join(check_lines(report)))
    raise click.exceptions.Exit(0 if report["usable"] else 2)


@main.command()
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


@main.command("take-back")
@click.argument("folder", type=CAMPAIGN, metavar="DIR")
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="FILE...")
@click.option("--preview", is_flag=True, help="只看会改什么，不写入。")
@click.option("--undo", is_flag=True, help="撤销最近一次收回。")
def take_back(folder: Path, files: tuple[Path, ...], preview: bool, undo: bool) -> None:
    """收回填好的行动方案（文件或文件夹）：说明采用了什么、哪些对不上。"""
    from campaign import workflow
    from campaign.tell import return_lines

    if undo == bool(files):
        raise click.UsageError("请给出要收回的文件，或用 --undo 撤销最近一次收回。")
    if undo:
        undone = workflow.undo_take_back(folder, _hand())
        click.echo(f"已撤销最近一次收回：{'、'.join(undone)}")
        return
    with _stages() as progress:
        progress("读取填报结果")
        reports = workflow.take_back(folder, files, _hand(), preview=preview)
    click.echo("\n".join(return_lines(reports, preview=preview)))
    if all(report.refused for report in reports):
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("folder", type=CAMPAIGN, metavar="DIR")
@click.option("--as-of", type=Day(), help="复盘到哪一天，默认今天。")
def review(folder: Path, as_of: date | None) -> None:
    """每周复盘：进度、储备、没有交回的人、要约谈的人，写出一页可打印的复盘。"""
    from campaign import workflow
    from campaign.tell import review_lines

    with _stages() as progress:
        progress("汇总进度")
        done, paths = workflow.review(folder, as_of or date.today())
    click.echo("\n".join(review_lines(done, paths)))


@main.command()
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
    from campaign import trials, workflow
    from campaign.tell_trials import backtest_lines

    if out:
        workflow.refuse_unwritable(out)
    with _stages() as progress:
        scored = trials.score_old_plan(request_of((old_book,), given), new_book, progress)
        paths = trials.write_backtest(scored, out) if out else []
    click.echo("\n".join(backtest_lines(scored, paths)))


@main.command()
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
    from campaign.tell_trials import reach_lines, scenario_lines

    groups = [*([sets] if sets else []), *((one,) for one in versus)]
    if not groups and reach is None:
        raise click.UsageError("请用 --set 或 --versus 说明改什么，或用 --reach 说明要达到多少。")
    request = scenario_request(sources, given)
    tried = [trials.with_settings(request, texts) for texts in groups]
    with _stages() as progress:
        ground = trials.ground_of(request, progress)
        lines = scenario_lines(trials.try_scenarios(ground, tried, progress))
        if reach is not None:
            stands = replace(ground, request=tried[0]) if sets else ground
            on = trials.scenario_name(int(bool(sets)), len(tried))
            found = trials.what_must_be_true(stands, reach, progress)
            lines += ["", *reach_lines(reach, on, found)]
    click.echo("\n".join(lines))


@main.command("settings")
def settings_command() -> None:
    """打印全部设置（带单位、范围、来源的 TOML）。"""
    from campaign.settings import Settings, settings_toml

    click.echo(settings_toml(Settings()), nl=False)


@main.command()
def fields() -> None:
    """列出认识的字段：表、字段、名称、单位、常见写法。"""
    from campaign.tell import field_lines

    click.echo("\n".join(field_lines()))


@main.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def template(out: Path) -> None:
    """写出一份空的导入模板（带下拉选项）。"""
    from campaign.book.template import write_template

    write_template(out)
    click.echo(f"已写出 {out}")


@main.command("make-book")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--loans", type=click.IntRange(20, 5_000_000), required=True, help="借据笔数。")
@click.option("--seed", type=int, default=2027, show_default=True, help="随机种子。")
@click.option("--with-truth", is_flag=True, help="旁边写出真值，供测试；方案不会读它。")
def make_book(out: Path, loans: int, seed: int, with_truth: bool) -> None:
    """造一家任意大小的虚拟银行，带一年前的台账。"""
    from campaign.synthetic import make_book as write_book

    with _stages() as progress:
        progress("生成虚拟银行")
        paths = write_book(out, loans, seed, with_truth=with_truth)
    for path in paths:
        click.echo(f"已写出 {path}")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="只接受本机地址。")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="端口；0 表示任选。",
)
@click.option("--home", type=FOLDER, help="任务存放的文件夹；不给则用临时文件夹。")
def serve(host: str, port: int, home: Path | None) -> None:
    """在本机打开网页：上传台账、看方案、下载和打印。"""
    from campaign.web.serve import serve as serve_pages

    serve_pages(host, port, home, click.echo)


def _hand() -> Hand:
    import getpass
    from datetime import datetime

    from campaign.workflow import Hand

    return Hand(at=datetime.now().isoformat(timespec="seconds"), actor=getpass.getuser())


def _plan_and_tell(request: CampaignRequest, out: Path) -> None:
    from dataclasses import replace

    from campaign.tell import plan_lines
    from campaign.workflow import run_campaign

    try:
        with _stages() as progress:
            run = run_campaign(request, out, progress)
    except QuestionOpen as question:
        if request.as_of is not None or "--as-of" not in question.hint or not sys.stdin.isatty():
            raise
        click.echo(str(question), err=True)
        day = click.prompt("请输入台账的数据日期", type=Day(), err=True)
        with _stages() as progress:
            run = run_campaign(replace(request, as_of=day), out, progress)
    click.echo("\n".join(plan_lines(run)))


def _write_json(report: dict[str, Any], to: str) -> None:
    import json

    text = json.dumps(report, ensure_ascii=False, indent=1)
    if to == "-":
        click.echo(text)
    else:
        Path(to).write_text(text + "\n", encoding="utf-8")


@contextmanager
def _stages() -> Iterator[Progress]:
    """Show the stage under way on stderr; silent when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _stage: None
        return
    from rich.console import Console

    with Console(stderr=True).status("…") as status:
        yield lambda stage: status.update(f"{stage}…")


if __name__ == "__main__":
    main()
