"""Commands of the running campaign: take-back, review, promise, replan, backup."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from campaign.cli_options import PASSWORD, read_options
from campaign.cli_types import CAMPAIGN, EXISTING, Day
from campaign.commands.shared import hand, stages
from campaign.vocabulary import PromiseMetric


@click.command("take-back")
@click.argument("folder", type=CAMPAIGN, metavar="DIR")
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="FILE...")
@click.option("--preview", is_flag=True, help="只看会改什么，不写入。")
@click.option("--undo", is_flag=True, help="撤销最近一次收回。")
def take_back(folder: Path, files: tuple[Path, ...], preview: bool, undo: bool) -> None:
    """收回填好的行动方案（文件或文件夹）：说明采用了什么、哪些对不上。"""
    from campaign import loop
    from campaign.tell_season import return_lines

    if undo == bool(files):
        raise click.UsageError("请给出要收回的文件，或用 --undo 撤销最近一次收回。")
    if undo:
        undone = loop.undo_take_back(folder, hand())
        click.echo(f"已撤销最近一次收回：{'、'.join(undone)}")
        return
    with stages() as progress:
        progress("读取填报结果")
        reports = loop.take_back(folder, files, hand(), preview=preview)
    click.echo("\n".join(return_lines(reports, preview=preview)))
    if all(report.refused for report in reports):
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("folder", type=CAMPAIGN, metavar="DIR")
@click.option("--as-of", type=Day(), help="复盘到哪一天，默认今天。")
def review(folder: Path, as_of: date | None) -> None:
    """每周复盘：进度、储备、没有交回的人、要约谈的人，写出一页可打印的复盘。"""
    from campaign import loop
    from campaign.tell_season import review_lines

    with stages() as progress:
        progress("汇总进度")
        done, paths = loop.review(folder, as_of or date.today())
    click.echo("\n".join(review_lines(done, paths)))


@click.command()
@click.argument("folder", type=CAMPAIGN, metavar="DIR")
@click.option("--manager", "manager_id", required=True, metavar="ID", help="客户经理工号。")
@click.option(
    "--metric",
    required=True,
    type=click.Choice([metric.label for metric in PromiseMetric]),
    help="承诺什么。",
)
@click.option("--amount", required=True, type=click.FloatRange(min=1), help="承诺多少。")
@click.option("--due", required=True, type=Day(), help="哪天核对。")
@click.option("--made-on", type=Day(), help="约谈那天，默认今天。")
def promise(folder: Path, manager_id: str, metric: str, **given: Any) -> None:
    """记下约谈时的承诺；以后每次复盘按收回的结果核对，兑现才销号。"""
    from campaign import loop

    made_on = given["made_on"] or date.today()
    found = PromiseMetric.of_label(metric)
    assert found is not None  # click has looked
    promised = loop.Promised(manager_id, found, given["amount"], made_on, given["due"])
    name = loop.promise(folder, promised, hand())
    click.echo(f"已记下：{name}（{manager_id}）到 {given['due']} {metric} {given['amount']:g}。")


@click.command()
@click.argument("folder", type=CAMPAIGN, metavar="DIR")
@click.argument("to", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
def backup(folder: Path, to: Path | None) -> None:
    """备份活动数据（campaign.db），并核对备份和操作记录是否完好。"""
    from campaign import loop

    done = loop.back_up(folder, to, date.today())
    click.echo(
        f"已备份到 {done.path}：第 {done.version} 版方案，收回 {done.returns} 份，"
        f"操作记录 {done.entries} 条，校验完好。"
    )


@click.command()
@click.argument("folder", type=CAMPAIGN, metavar="DIR")
@click.option("--as-of", type=Day(), help="从哪一天之后重做，默认今天。")
@click.option(
    "--book", "books", multiple=True, type=EXISTING, metavar="BOOK", help="换成新台账，可多次。"
)
@PASSWORD
def replan(
    folder: Path, as_of: date | None, books: tuple[Path, ...], password_env: str | None
) -> None:
    """重做余下的方案：并入收回的结果，约好的和原有的尽量不动，列出变动和原因，重发工作簿。"""
    from campaign.replan import replan as plan_anew
    from campaign.tell_season import replan_lines

    with stages() as progress:
        done = plan_anew(
            folder,
            as_of or date.today(),
            hand(),
            books=books,
            password=read_options({"password_env": password_env}).get("password"),
            progress=progress,
        )
    click.echo("\n".join(replan_lines(done)))
