"""Who may ask: only this machine, with the launch link, from our own pages."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from werkzeug.exceptions import SecurityError

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
BRIEFING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"


def install(app: Flask, launch_token: str) -> None:
    """Guard every route of an app: host, session, origin; and send the safe headers.

    The launch link works once; after it the browser carries a strict session cookie.
    """
    app.config["LAUNCH_TOKEN"] = launch_token
    app.before_request(_refuse_strangers)
    app.after_request(_send_safe_headers)
    app.add_url_rule("/start/<token>", "start", lambda token: _start(app, token))


def _start(app: Flask, token: str) -> Any:
    known = app.config["LAUNCH_TOKEN"]
    if not known or not secrets.compare_digest(token, known):
        abort(403, "启动链接已经用过或不对。请重新运行 campaign serve，用新链接打开。")
    app.config["LAUNCH_TOKEN"] = ""
    session.clear()
    session["known"] = True
    return redirect(url_for("home"))


def _refuse_strangers() -> None:
    g.policy = PAGE_POLICY
    if request.host not in current_app.config["TRUSTED_HOSTS"]:
        raise SecurityError  # werkzeug's own check ignores the port
    if request.endpoint not in ("start", "static") and not session.get("known"):
        abort(403, "请用 campaign serve 打印的链接打开本页。")
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
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response
