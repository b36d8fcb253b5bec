"""The errors a user can meet.

CatseyeError
├── SourceError
│   ├── SourceNotFoundError      no such file, folder, device or address
│   ├── SourceUnreachableError   the other end does not answer
│   ├── SourceDeniedError        wrong or missing credentials
│   └── SourceFormatError        nothing in it that can be decoded as video
├── ConfigError                  a file of the user's that cannot be used as it stands
├── ModelError                   a detector is missing, unknown or not what its hash says
├── StoreError                   the records cannot be kept or read
├── OutputError                  a file cannot be written
├── ToolError                    a program that does part of the work is missing, or failed
└── RedactionError               a picture could not be made safe and was withheld

Each carries one line saying what is wrong and one saying what to do. The command line prints both and exits with
``exit_code``; nothing else is caught there, so a traceback always is a bug.
"""


class CatseyeError(Exception):
    """Something the user can mend. ``message`` says what is wrong, ``remedy`` what to do about it."""

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        """Both lines in one sentence, as logs want it."""
        return f"{self.message} {self.remedy}".strip()


class SourceError(CatseyeError):
    """The video cannot be read, or cannot be read on."""

    exit_code = 3


class SourceNotFoundError(SourceError):
    """No such file, folder, device or address."""


class SourceUnreachableError(SourceError):
    """The other end does not answer, or stopped answering."""


class SourceDeniedError(SourceError):
    """The other end refuses the credentials, or asks for some."""


class SourceFormatError(SourceError):
    """There is nothing in it that can be decoded as video, or what follows cannot."""


class ConfigError(CatseyeError):
    """A scene or settings file cannot be used as it stands."""

    exit_code = 2


class ModelError(CatseyeError):
    """A detector is missing, unknown, or not what its hash says."""

    exit_code = 4


class StoreError(CatseyeError):
    """The records cannot be kept or read."""

    exit_code = 5


class OutputError(CatseyeError):
    """A file cannot be written."""

    exit_code = 6


class RedactionError(CatseyeError):
    """A picture could not be made safe, so it was withheld."""

    exit_code = 7


class ToolError(CatseyeError):
    """A program that does part of the work is missing, or failed."""

    exit_code = 8
