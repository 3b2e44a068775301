"""Who may ask: only this machine, with the launch link, from our own pages."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from werkzeug.exceptions import SecurityError

from campaign.web.uploads import MOST_FIELD_BYTES

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
OPEN_TO_ALL = ("start", "static")
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


def install(app: Flask, launch_token: str, tell: Callable[[str], None]) -> None:
    """Guard every route of an app: host, session, origin; and send the safe headers.

    A launch link works once; after it the browser carries a strict session cookie. When
    somebody knocks without one, a new link is told to whoever runs the program.

    Args:
        app: The app.
        launch_token: Secret of the first launch link.
        tell: Says the secret of a new launch link where only the user sees it.
    """
    app.config.update(LAUNCH_TOKEN=launch_token, TELL_TOKEN=tell)
    app.before_request(_refuse_strangers)
    app.after_request(_send_safe_headers)
    app.add_url_rule("/start/<token>", "start", _start)


def _start(token: str) -> Any:
    config = current_app.config
    if not config["LAUNCH_TOKEN"] or not secrets.compare_digest(
        token.encode("utf-8"), config["LAUNCH_TOKEN"].encode("utf-8")
    ):
        _offer_new_link()
        abort(403, USED)
    config["LAUNCH_TOKEN"] = ""
    session.clear()
    session["known"] = True
    return redirect(url_for("home"))


def _offer_new_link() -> None:
    """Tell a new launch link unless one is still unused."""
    if not current_app.config["LAUNCH_TOKEN"]:
        token = secrets.token_urlsafe(24)
        current_app.config["LAUNCH_TOKEN"] = token
        current_app.config["TELL_TOKEN"](token)


def _refuse_strangers() -> None:
    g.policy = PAGE_POLICY
    if request.mimetype != "multipart/form-data":
        request.max_content_length = MOST_FIELD_BYTES  # no file in it; werkzeug reads it whole
    if request.host not in current_app.config["TRUSTED_HOSTS"]:
        raise SecurityError  # werkzeug's own check ignores the port
    if request.endpoint not in OPEN_TO_ALL and not session.get("known"):
        _offer_new_link()
        abort(403, STRANGER)
    if request.method in CHANGING and not _is_own_page():
        abort(403, "这个请求不是从本页发出的，已拒绝。")


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
