"""Who may ask: with the launch link or the password, from our own pages."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.exceptions import SecurityError

from campaign.web.door import Door
from campaign.web.log import note
from campaign.web.pages import jobs
from campaign.web.uploads import MOST_FIELD_BYTES

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
OPEN_TO_ALL = ("start", "login", "static")
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
BRIEFING_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
# With no-referrer a browser sends `Origin: null` with our own forms. To us alone a
# referrer goes; no other site sees one.
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
USED = "启动链接已经用过或不对。请看运行 campaign serve 的窗口，用最新的链接打开。"
STRANGER = "请用运行 campaign serve 的窗口里最新的链接打开本页。"
WRONG = "密码不对。"
TOO_OFTEN = "密码错得太多，请过 {seconds} 秒再试。"


def install(app: Flask, launch_token: str, tell: Callable[[str], None], door: Door) -> None:
    """Guard every route of an app: host, session, origin; and send the safe headers.

    A launch link works once; after it the browser carries a strict session cookie. When
    somebody knocks without one, he is asked for the password where there is one; else a
    new link is told to whoever runs the program.

    Args:
        app: The app.
        launch_token: Secret of the first launch link.
        tell: Says the secret of a new launch link where only the user sees it.
        door: Knows who is signed in.
    """
    app.config.update(LAUNCH_TOKEN=launch_token, TELL_TOKEN=tell)
    app.extensions["door"] = door
    app.jinja_env.globals["is_shared"] = door.is_shared
    app.before_request(_refuse_strangers)
    app.after_request(_send_safe_headers)
    app.add_url_rule("/start/<token>", "start", _start)
    app.add_url_rule("/login", "login", _login, methods=["POST"])
    app.add_url_rule("/logout", "logout", _logout, methods=["POST"])


def _start(token: str) -> Any:
    config = current_app.config
    if not config["LAUNCH_TOKEN"] or not secrets.compare_digest(
        token.encode("utf-8"), config["LAUNCH_TOKEN"].encode("utf-8")
    ):
        _offer_new_link()
        abort(403, USED)
    config["LAUNCH_TOKEN"] = ""
    _enter()
    return redirect(url_for("home"))


def _door() -> Door:
    door: Door = current_app.extensions["door"]
    return door


def _enter() -> None:
    """Sign in under a new number; what the cookie held before counts no more."""
    before = session.get("number", "")
    session.clear()
    session["number"] = _door().enter(before)


def _login() -> Any:
    """Sign in with the password; who guesses wrong too often has to wait."""
    door, address = _door(), request.remote_addr or ""
    if not door.is_shared:
        abort(403, STRANGER)
    wait = door.wait(address)
    if wait:
        answer = _ask_password(TOO_OFTEN.format(seconds=wait), 429)
        answer.headers["Retry-After"] = str(wait)
        return answer
    if not door.opens(request.form.get("password", ""), address):
        note(jobs().home, "login_refused", {})
        return _ask_password(WRONG, 403)
    _enter()
    note(jobs().home, "login", {})
    return redirect(url_for("home"), 303)


def _logout() -> Any:
    _door().leave(session.get("number", ""))
    session.clear()
    return _ask_password("已退出。", 200) if _door().is_shared else abort(403, STRANGER)


def _ask_password(sentence: str, code: int) -> Response:
    return make_response(render_template("login.html", sentence=sentence), code)


def _offer_new_link() -> None:
    """Tell a new launch link unless one is still unused, or the password opens."""
    if not current_app.config["LAUNCH_TOKEN"] and not _door().is_shared:
        token = secrets.token_urlsafe(24)
        current_app.config["LAUNCH_TOKEN"] = token
        current_app.config["TELL_TOKEN"](token)


def _refuse_strangers() -> Response | None:
    g.policy = PAGE_POLICY
    if request.mimetype != "multipart/form-data":
        request.max_content_length = MOST_FIELD_BYTES  # no file in it; werkzeug reads it whole
    if request.host not in current_app.config["TRUSTED_HOSTS"]:
        raise SecurityError  # werkzeug's own check ignores the port
    if request.endpoint not in OPEN_TO_ALL and not _door().knows(session.get("number", "")):
        if _door().is_shared:
            return _ask_password("", 403)
        _offer_new_link()
        abort(403, STRANGER)
    if request.method in CHANGING and not _is_own_page():
        abort(403, "这个请求不是从本页发出的，已拒绝。")
    return None


def _is_own_page() -> bool:
    """Return whether a change was asked from our own pages: Origin and Sec-Fetch-Site."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == request.host_url.rstrip("/")
    return site == "same-origin"


def _send_safe_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = getattr(g, "policy", PAGE_POLICY)
    response.headers.update(SAFE_HEADERS)
    return response
