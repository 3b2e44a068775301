"""Starts the pages on this machine and says where they are."""

from __future__ import annotations

import ipaddress
import logging
import select
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from campaign.errors import CampaignError
from campaign.web.door import SHORTEST_PASSWORD
from campaign.web.purge import TEMPORARY

BODY_BYTES = 257 * 1024 * 1024
USUAL_PORT = 80
# Windows has no poll, and its select breaks off beyond 512 sockets.
MOST_CALLERS = 900 if hasattr(select, "poll") else 400
EVERY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104 - refused
SHARED = "同事可在浏览器打开 http://{name}，输入密码进入。连接没有加密，请只在行内可信的网络使用。"
SORRY_TOO_LARGE = "文件太大：一次上传合计不能超过 256 MB。请退回上一页，按支行分开上传。"
SORRY = "浏览器发来的请求不完整，没有处理。请退回上一页再试。"


def serve(
    host: str,
    port: int,
    home: Path | None,
    say: Callable[[str], None],
    password: str | None = None,
    show: Callable[[str], None] | None = None,
) -> None:
    """Serve the pages until stopped.

    Args:
        host: Loopback address; another one of this machine with a password only.
        port: TCP port; 0 takes a free one.
        home: Folder that keeps the jobs; None takes a private one that goes at the end.
        say: Prints a line for the user.
        password: Lets people on other machines in; None where they are to stay out.
        show: Opens the launch link in a browser; None where the user does it.

    Raises:
        CampaignError: The host is not this machine alone and there is no password or a short
            one, or the port is taken.
    """
    refuse_open_host(host, password)
    taken = _bound(host, port)
    try:
        with _home(home, say) as folder:
            _serve(host, taken, folder, say, password, show)
    finally:
        taken.close()
    say("已停止。")


def _serve(
    host: str,
    taken: socket.socket,
    home: Path,
    say: Callable[[str], None],
    password: str | None,
    show: Callable[[str], None] | None,
) -> None:
    import secrets

    from campaign.web.app import create_app

    names = allowed_hosts(host, taken.getsockname()[1])
    token = secrets.token_urlsafe(24)

    def link(token: str) -> str:
        return f"http://{names[0]}/start/{token}"

    def tell(token: str) -> None:
        say(f"请在浏览器打开（链接只能用一次）：{link(token)}")

    app = create_app(home, launch_token=token, hosts=names, tell=tell, password=password)
    server = server_of(app, taken)
    for ending in (signal.SIGTERM, signal.SIGINT):  # a shell may start us with Ctrl+C ignored
        signal.signal(ending, signal.default_int_handler)
    try:
        if show is not None:
            say("正在打开浏览器；没有打开时，请自己打开下面的链接。")
            show(link(token))
        tell(token)
        if password is not None:
            say(SHARED.format(name=names[0]))
        say("请不要关闭这个窗口；用完按 Ctrl+C 停止。")
        server.run()  # returns at Ctrl+C
    except KeyboardInterrupt:
        server.task_dispatcher.shutdown()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl+C does not cut this short
        server.close()
        app.extensions["jobs"].stop()


def server_of(app: Any, taken: socket.socket) -> Any:
    """Return the server of an app on a bound socket: many slow callers stop nobody else."""
    import waitress
    from waitress.channel import HTTPChannel

    HTTPChannel.error_task_class = _plain_error_task()
    logging.getLogger("waitress").setLevel(logging.ERROR)
    return waitress.create_server(
        app,
        sockets=[taken],
        ident=None,
        threads=8,
        connection_limit=MOST_CALLERS,
        asyncore_use_poll=True,
        max_request_body_size=BODY_BYTES,
    )


@contextmanager
def _home(home: Path | None, say: Callable[[str], None]) -> Iterator[Path]:
    """Give the folder of the jobs; one that the user did not name goes with all it holds."""
    if home is not None:
        say(f"上传的文件和做出的方案保存在 {home.resolve()}，只有您能打开。")
        yield home
        return
    folder = Path(tempfile.mkdtemp(prefix=TEMPORARY))
    say("停止后，上传的文件和做出的方案会一并清除；要保留请先下载，或用 --home 指定文件夹。")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def allowed_hosts(host: str, port: int) -> tuple[str, ...]:
    """Return the Host headers that may reach the pages, the one for the link first.

    >>> allowed_hosts("127.0.0.1", 8765), allowed_hosts("::1", 80)
    (('127.0.0.1:8765', 'localhost:8765'), ('[::1]', 'localhost'))
    >>> allowed_hosts("192.168.1.5", 8765)
    ('192.168.1.5:8765',)
    """
    own = f"[{host}]" if ":" in host else host
    names = dict.fromkeys((own, "localhost") if _is_this_machine_alone(host) else (own,))
    return tuple(name if port == USUAL_PORT else f"{name}:{port}" for name in names)


def refuse_open_host(host: str, password: str | None = None) -> None:
    """Refuse an address that other machines could reach, unless a password guards it.

    Raises:
        CampaignError: There is no password or a short one, or it is no address of one machine.
    """
    if password is not None and len(password) < SHORTEST_PASSWORD:
        raise CampaignError(f"密码太短：至少 {SHORTEST_PASSWORD} 个字符，好记的一句话就行。")
    if _is_this_machine_alone(host):
        return
    if password is None:
        raise CampaignError(
            f"地址 {host} 会让其他电脑连上来，已拒绝。",
            "只在本机用请写 127.0.0.1；要让同事也能打开，请加 --share 和 --password-env。",
        )
    if host in EVERY_ADDRESS:
        raise CampaignError(
            f"{host} 是这台电脑的所有网口，已拒绝。", "请写同事连得到的那一个地址，如 192.168.1.5。"
        )


def _is_this_machine_alone(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        raise CampaignError(
            f"端口 {port} 打不开，可能已被占用。", "请换一个，例如 campaign serve --port 8766。"
        ) from error
    return taken


def _plain_error_task() -> Any:
    """Return what answers a request that never reaches the app: Chinese, with the safe headers."""
    from waitress.task import ErrorTask

    from campaign.web.guard import PAGE_POLICY, SAFE_HEADERS

    class PlainError(ErrorTask):  # type: ignore[misc]
        """Answers in one sentence and closes."""

        def execute(self) -> None:
            """Write the answer."""
            error = self.request.error
            body = (SORRY_TOO_LARGE if error.code == 413 else SORRY).encode("utf-8")
            self.status = f"{error.code} {error.reason}"
            headers = {**SAFE_HEADERS, "Content-Security-Policy": PAGE_POLICY}
            headers["Content-Type"] = "text/plain; charset=utf-8"
            self.response_headers.extend(headers.items())
            self.set_close_on_finish()
            self.content_length = len(body)
            self.write(body)

    return PlainError
