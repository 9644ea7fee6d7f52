"""The hosted pay page: what the shopper sees between the shop's checkout and the shop's thank-you page."""

import time

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from shop.demo.twin.books import Obj
from shop.demo.twin.errors import ApiError
from shop.demo.twin.money import written
from shop.demo.twin.till import Till

HERE = ("success", "decline", "later", "later_fails")  # what the pay page itself can decide; "3ds" asks once more
CHALLENGE = ("3ds", "3ds_fails")


def blueprint(till: Till) -> Blueprint:
    bp = Blueprint("pay_page", __name__)
    bp.add_app_template_filter(written, "money")
    bp.add_app_template_filter(lambda moment: time.strftime("%H:%M UTC", time.gmtime(moment)), "clock")

    @bp.get("/pay/<session_id>")
    def page(session_id: str) -> ResponseReturnValue:
        session = find(session_id)
        if session["status"] != "open":
            return render_template("closed.html", session=session, shop_url=way_back(session))
        items = till.books.hidden(session_id)["line_items"]
        intent = till.books.get(session["payment_intent"] or "")
        error = intent and intent["last_payment_error"]
        return render_template("pay.html", session=session, items=items, error=error)

    @bp.post("/pay/<session_id>")
    def pay(session_id: str) -> ResponseReturnValue:
        outcome = request.form.get("outcome", "")
        if outcome == "3ds" and find(session_id)["status"] == "open":
            return redirect(url_for("pay_page.challenge", session_id=session_id), 303)
        return decide(session_id, outcome, HERE)

    @bp.get("/pay/<session_id>/challenge")
    def challenge(session_id: str) -> ResponseReturnValue:
        session = find(session_id)
        if session["status"] != "open":
            return redirect(url_for("pay_page.page", session_id=session_id), 303)
        return render_template("challenge.html", session=session)

    @bp.post("/pay/<session_id>/challenge")
    def answer_challenge(session_id: str) -> ResponseReturnValue:
        return decide(session_id, request.form.get("outcome", ""), CHALLENGE)

    @bp.errorhandler(404)
    def nothing_here(error: Exception) -> ResponseReturnValue:
        return render_template("closed.html", session=None, shop_url=""), 404

    @bp.after_request
    def keep_to_itself(answer: Response) -> Response:
        # no form-action here: browsers hold the redirect after a form against it too, and that one leads to the shop
        answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; base-uri 'none'"
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    def find(session_id: str) -> Obj:
        till.tick()
        try:
            return till.session(session_id)
        except ApiError:
            abort(404)

    def decide(session_id: str, outcome: str, offered: tuple[str, ...]) -> ResponseReturnValue:
        find(session_id)
        if outcome not in offered:
            abort(400)
        try:
            session = till.pay(session_id, outcome)
        except ApiError:  # pressed twice, or too late: the page says what became of it
            return redirect(url_for("pay_page.page", session_id=session_id), 303)
        if session["status"] == "complete":
            return redirect(way_back(session), 303)
        return redirect(url_for("pay_page.page", session_id=session_id), 303)

    return bp


def way_back(session: Obj) -> str:
    """Where the shop wants its shopper now. Only the literal placeholder is filled in, an encoded one stays."""
    if session["status"] == "complete":
        return str(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))
    return session["cancel_url"] or ""
