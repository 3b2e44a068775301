"""The command that opens the pages."""

from __future__ import annotations

from pathlib import Path

import click

from campaign.cli_types import FOLDER


@click.command()
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
