"""The errors a person can meet, as a small tree.

    Refused                    (400)  the request can't be done as asked
    ├── NotSignedIn            (401)
    ├── NotAllowed             (403)
    ├── NotFound               (404)  also: what you may not see
    ├── Conflict               (409)
    │   ├── Stale              (409)  what was shown has changed since
    │   └── NotEnoughStock     (409)
    ├── PreconditionFailed     (412)  If-Match names another version than there is
    ├── TooLarge               (413)
    ├── Invalid                (422)
    ├── TooManyRequests        (429)
    └── Unavailable            (503)  a part of the system does not answer

Each has a stable ``code`` that scripts may rely on and a sentence a person can act on.
"""

from __future__ import annotations

from typing import ClassVar


class Refused(Exception):
    """Base of all errors that are answered with a sentence."""

    status: ClassVar[int] = 400
    code: str = "refused"

    def __init__(self, sentence: str, *, code: str | None = None, **facts: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        if code is not None:
            self.code = code
        self.facts = facts


class NotSignedIn(Refused):
    """No valid sign-in came with the request."""

    status = 401
    code = "not_signed_in"


class NotAllowed(Refused):
    """The role may not do this."""

    status = 403
    code = "not_allowed"


class NotFound(Refused):
    """There is no such thing, or it is not yours to see."""

    status = 404
    code = "not_found"


class Conflict(Refused):
    """The state of things does not permit it."""

    status = 409
    code = "conflict"


class Stale(Conflict):
    """What was shown has changed in the meantime."""

    code = "stale"


class NotEnoughStock(Conflict):
    """Less is available to promise than asked."""

    code = "not_enough_stock"


class PreconditionFailed(Refused):
    """The request was made for another version than there is now."""

    status = 412
    code = "changed_since"


class TooLarge(Refused):
    """The message or file is larger than accepted."""

    status = 413
    code = "too_large"


class Invalid(Refused):
    """The request's content makes no sense."""

    status = 422
    code = "invalid"


class TooManyRequests(Refused):
    """Slow down."""

    status = 429
    code = "too_many_requests"


class Unavailable(Refused):
    """A part of the system does not answer."""

    status = 503
    code = "unavailable"
