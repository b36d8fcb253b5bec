"""The tables of a ledger, as numbered migrations: a released one is never edited. ``docs/ref/ledger.md`` says what they mean."""

LEDGER_ID = 0x4341544C  # "CATL", in the file's header: tells a ledger from a store

_FIRST = """
CREATE TABLE camera (
    camera INTEGER PRIMARY KEY,
    stream TEXT NOT NULL UNIQUE CHECK (stream <> '')
) STRICT;

CREATE TABLE camera_minute (
    camera INTEGER NOT NULL REFERENCES camera (camera),
    start_ns INTEGER NOT NULL CHECK (start_ns % 60000000000 = 0),
    seconds TEXT NOT NULL,
    frames_decoded INTEGER NOT NULL,
    frames_analysed INTEGER NOT NULL,
    frames_shed INTEGER NOT NULL,
    bytes_in INTEGER NOT NULL,
    key_frames_only_s REAL NOT NULL,
    paused_s REAL NOT NULL,
    lag_p99_s REAL,
    clock_error_ms REAL,
    PRIMARY KEY (camera, start_ns)
) STRICT, WITHOUT ROWID;

CREATE TABLE episode (
    id TEXT PRIMARY KEY,
    camera INTEGER NOT NULL REFERENCES camera (camera),
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    began_ns INTEGER NOT NULL,
    told_ns INTEGER NOT NULL,
    ended_ns INTEGER,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX episode_by_beginning ON episode (camera, began_ns);

CREATE INDEX episode_going_on ON episode (camera) WHERE ended_ns IS NULL;

CREATE TABLE work_order (
    id TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    opened_ns INTEGER NOT NULL,
    closed_ns INTEGER,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX work_order_open ON work_order (opened_ns) WHERE closed_ns IS NULL;

CREATE TABLE delivery (
    work_order TEXT NOT NULL REFERENCES work_order (id),
    destination TEXT NOT NULL,
    revision INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_ns INTEGER NOT NULL DEFAULT 0,
    fault TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (work_order, destination)
) STRICT, WITHOUT ROWID;
"""

LEDGER_MIGRATIONS = (_FIRST,)
