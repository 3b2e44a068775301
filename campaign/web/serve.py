"""Starts the pages on this machine and says where they are."""

from __future__ import annotations

import ipaddress
import secrets
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from campaign.errors import CampaignError

BODY_BYTES = 257 * 1024 * 1024


def serve(host: str, port: int, home: Path | None, say: Callable[[str], None]) -> None:
    """Serve the pages until stopped.

    Args:
        host: Loopback address; others are refused.
        port: TCP port; 0 takes a free one.
        home: Folder that keeps the jobs; None takes a private temporary one.
        say: Prints a line for the user.

    Raises:
        CampaignError: The host is not this machine alone, or the port is taken.
    """
    import waitress

    from campaign.web.app import create_app

    refuse_open_host(host)
    taken = _bound(host, port)
    port = taken.getsockname()[1]
    token = secrets.token_urlsafe(24)
    home = home or Path(tempfile.mkdtemp(prefix="campaign-"))
    names = (
        [host, "localhost"]
        if host == "127.0.0.1"
        else [f"[{host}]" if ":" in host else host, "localhost"]
    )
    app = create_app(home, launch_token=token, hosts=tuple(f"{name}:{port}" for name in names))
    say(f"请在浏览器打开（链接只能用一次）：http://{names[0]}:{port}/start/{token}")
    say(f"文件放在 {home}；按 Ctrl+C 停止。")
    waitress.serve(
        app,
        sockets=[taken],
        ident=None,
        threads=8,
        connection_limit=900,
        asyncore_use_poll=True,
        max_request_body_size=BODY_BYTES,
    )


def refuse_open_host(host: str) -> None:
    """Refuse an address that other machines could reach.

    Raises:
        CampaignError: It is no loopback address.
    """
    try:
        is_local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_local = host == "localhost"
    if not is_local:
        raise CampaignError(
            f"地址 {host} 会让其他电脑连上来，已拒绝。", "页面只在本机使用，请用 127.0.0.1。"
        )


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        raise CampaignError(
            f"端口 {port} 已被占用。", "请换一个，例如 campaign serve --port 8766。"
        ) from error
    return taken
