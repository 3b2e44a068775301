"""The command that makes PDFs of the briefings."""

from __future__ import annotations

from pathlib import Path

import click

from campaign.cli_types import CAMPAIGN, EXISTING
from campaign.commands.shared import stages


@click.command("print")
@click.argument("folder", type=CAMPAIGN, metavar="DIR")
@click.option(
    "--branch", "branches", multiple=True, metavar="支行", help="只打印这家支行，可多次。"
)
@click.option("--browser", type=EXISTING, help="浏览器程序；不给则自动找 Edge、Chrome、Chromium。")
def print_command(folder: Path, branches: tuple[str, ...], browser: Path | None) -> None:
    """把全行和各支行的简报、最近一次复盘打印成 PDF，放到 DIR/打印。"""
    from campaign.errors import StoreError
    from campaign.render.browser_print import PRINTED, find_browser, pages_to_print, print_pages

    pages = pages_to_print(folder)
    unknown = [branch for branch in branches if branch not in pages]
    if not pages or unknown:
        missing = f"{folder} 里没有{'、'.join(unknown) or '简报'}。"
        named = f"可选：{'、'.join(pages)}。" if pages else "请给 campaign plan 写出的文件夹。"
        raise StoreError(missing, named)
    wanted = {name: page for name, page in pages.items() if not branches or name in branches}
    with stages() as progress:
        progress(f"打印 {len(wanted)} 份简报")
        paths = print_pages(wanted, folder / PRINTED, browser or find_browser())
    click.echo(f"已写出 {len(paths)} 份 PDF 到 {folder / PRINTED}：")
    for path in paths:
        click.echo(f"  {path.name}")
    click.echo("客户经理的工作簿请在 Excel 或 WPS 里直接打印，版式已设好（A4 横向）。")
