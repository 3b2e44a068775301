"""The commands of the pages: open them, and remove what they keep."""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from pathlib import Path

import click

from campaign.cli_types import FOLDER


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="本机地址；其他电脑连得到的地址要同时给 --share 和密码。",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="端口；0 表示任选。",
)
@click.option("--home", type=FOLDER, help="任务存放的文件夹；不给则用临时文件夹。")
@click.option("--share", is_flag=True, help="让行内其他电脑凭密码打开。")
@click.option("--password-env", metavar="NAME", help="哪个环境变量里是打开密码；不给则当场输入。")
@click.option("--no-browser", is_flag=True, help="不自动打开浏览器，只给出链接。")
def serve(
    host: str,
    port: int,
    home: Path | None,
    share: bool,
    password_env: str | None,
    no_browser: bool,
) -> None:
    """在本机打开网页：上传台账、看方案、下载和打印。"""
    from campaign.web.serve import serve as serve_pages

    if password_env and not share:
        raise click.UsageError("--password-env 只和 --share 一起用。")
    password = _password(password_env) if share else None
    show = None if no_browser or not _has_screen() else _show
    serve_pages(host, port, home, click.echo, password, show)


def _has_screen() -> bool:
    """Return whether somebody sits before this program and could see a browser."""
    if not sys.stdout.isatty():
        return False
    has_windows = os.name == "nt" or sys.platform == "darwin"
    return has_windows or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _show(link: str) -> None:
    """Open a link in the user's browser; some browsers keep whoever opens them waiting."""
    threading.Thread(target=webbrowser.open, args=(link,), daemon=True).start()


def _password(name: str | None) -> str:
    """Return the password of the pages: from the environment, or as typed twice."""
    if name is None:
        typed: str = click.prompt(
            "请定一个打开密码", hide_input=True, confirmation_prompt="再输一遍", err=True
        )
        return typed
    password = os.environ.get(name)
    if not password:
        raise click.UsageError(f"环境变量 {name} 没有设置或是空的。")
    return password


@click.command()
@click.option("--home", type=FOLDER, help="运行 serve 时用的文件夹；不给则清除留在临时文件夹里的。")
@click.option("--yes", is_flag=True, help="不再询问。")
def purge(home: Path | None, yes: bool) -> None:
    """清除网页保存的上传文件、方案和客户数据，不能恢复；操作日志保留。"""
    from campaign.web.purge import leftover_homes, purge_all

    homes = [home] if home else leftover_homes()
    if not homes:
        click.echo("临时文件夹里没有留下的方案，不用清除。")
        return
    if not yes:
        listed = "、".join(str(one) for one in homes)
        click.confirm(f"将清除 {listed} 里的全部方案和上传文件，不能恢复。确定？", abort=True)
    for line in purge_all(homes):
        click.echo(line)
