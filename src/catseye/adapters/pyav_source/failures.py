"""What libav's errors mean to the person who gave the address. The originals hold addresses with passwords: they end here."""

import av

from catseye.core.errors import (
    SourceDeniedError,
    SourceError,
    SourceFormatError,
    SourceNotFoundError,
    SourceUnreachableError,
)

_CREDENTIALS = "Put them in CATSEYE_SOURCE_USER and CATSEYE_SOURCE_PASSWORD, or in the address as user:password@host."

# The first row that fits speaks.
_MEANINGS: tuple[tuple[tuple[type[Exception], ...], type[SourceError], str, str], ...] = (
    (
        (av.error.HTTPUnauthorizedError, av.error.HTTPForbiddenError),
        SourceDeniedError,
        "{} refuses these credentials.",
        _CREDENTIALS,
    ),
    ((PermissionError,), SourceDeniedError, "{} may not be read.", "Give this user the right to read it."),
    ((FileNotFoundError,), SourceNotFoundError, "{} does not exist.", "Check the path."),
    ((av.error.HTTPClientError,), SourceNotFoundError, "{} is not on that server.", "Check the path in the address."),
    ((av.error.HTTPServerError,), SourceUnreachableError, "{}: the server reports a fault of its own.", "Look at the server."),
    (
        (av.error.ExitError, TimeoutError),
        SourceUnreachableError,
        "{} does not answer.",
        "Check that it is switched on and reachable from here.",
    ),
    (
        (ConnectionRefusedError,),
        SourceUnreachableError,
        "{} refuses the connection.",
        "Check host and port, and that the stream is switched on.",
    ),
    ((OSError, EOFError), SourceUnreachableError, "{} cannot be read.", "Check the network, disk or device it is on."),
)


def elsewhere(name: str, target: str) -> SourceError:
    """It sends its viewers to another address, which is never followed. Both are redacted."""
    return SourceUnreachableError(
        f"{name} sends its viewers on to {target or 'another address'}, which is not followed.",
        "Give that address itself, if it is the camera's own.",
    )


def explain(error: Exception, name: str) -> SourceError:
    """The error a user can act upon; ``name`` is the redacted address."""
    for kinds, meaning, message, remedy in _MEANINGS:
        if isinstance(error, kinds):
            return meaning(message.format(name), remedy)
    return SourceFormatError(f"{name} holds nothing that can be decoded as video.", "Check that a video player plays it.")
