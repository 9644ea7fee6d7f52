"""/_control: what the Python object can do, for tests that run the twin in a process of its own.

POST /_control/<verb> with the API key and a JSON object of the verb's arguments; the answer is what the verb returns.
`arm`, `clear` and `left` are of the faults.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from shop.demo.twin.errors import ApiError

Verb = Callable[..., Any]


def blueprint(verbs: Mapping[str, Verb], authenticate: Callable[[], None]) -> Blueprint:
    bp = Blueprint("control", __name__)

    @bp.post("/_control/<verb>")
    def control(verb: str) -> ResponseReturnValue:
        try:
            authenticate()
            if verb not in verbs:
                raise ApiError(f"Unknown verb {verb}: one of {', '.join(verbs)}", status=404)
            return jsonify(verbs[verb](**request.get_json(silent=True) or {}))
        except ApiError as error:
            return jsonify(error=error.body), error.status
        except (TypeError, ValueError) as error:
            return jsonify(error={"type": "invalid_request_error", "message": str(error)}), 400

    return bp
