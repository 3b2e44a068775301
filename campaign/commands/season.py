"""Commands of the running campaign: take-back, review."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from campaign.cli_types import CAMPAIGN, Day
from campaign.commands.shared import hand, stages


@click.command("take-back")
@click.argument("folder", type=CAMPAIGN, metavar="DIR")
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="FILE...")
@click.option("--preview", is_flag=True, help="只看会改什么，不写入。")
@click.option("--undo", is_flag=True, help="撤销最近一次收回。")
def take_back(folder: Path, files: tuple[Path, ...], preview: bool, undo: bool) -> None:
    """收回填好的行动方案（文件或文件夹）：说明采用了什么、哪些对不上。"""
    from campaign import loop
    from campaign.tell import return_lines

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
    from campaign.tell import review_lines

    with stages() as progress:
        progress("汇总进度")
        done, paths = loop.review(folder, as_of or date.today())
    click.echo("\n".join(review_lines(done, paths)))
