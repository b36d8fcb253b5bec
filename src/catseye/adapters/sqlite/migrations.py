"""The tables, as numbered migrations: migration n takes a store from version n - 1 to n. One that was released is never edited.

``docs/ref/store.md`` says what each column means; a test holds it against these texts.
"""

APPLICATION_ID = 0x43415453  # "CATS", in the file's header: tells a store from any other SQLite file

_FIRST = """
CREATE TABLE scene (
    revision TEXT PRIMARY KEY,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE stream (
    stream TEXT PRIMARY KEY,
    scene_revision TEXT NOT NULL REFERENCES scene (revision),
    recorded_ns INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE stream_scene (
    stream TEXT NOT NULL REFERENCES stream (stream),
    scene_revision TEXT NOT NULL REFERENCES scene (revision),
    PRIMARY KEY (stream, scene_revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
    run TEXT PRIMARY KEY,
    stream TEXT NOT NULL REFERENCES stream (stream),
    source TEXT NOT NULL,
    started_ns INTEGER NOT NULL,
    detector TEXT NOT NULL,
    detector_sha256 TEXT NOT NULL,
    UNIQUE (run, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE series (
    series INTEGER PRIMARY KEY,
    stream TEXT NOT NULL REFERENCES stream (stream),
    rule TEXT NOT NULL,
    direction TEXT NOT NULL,
    road_user TEXT NOT NULL CHECK (road_user <> ''),
    UNIQUE (stream, rule, direction, road_user)
) STRICT;

CREATE TABLE rollup (
    series INTEGER NOT NULL REFERENCES series (series),
    start_ns INTEGER NOT NULL CHECK (start_ns % 900000000000 = 0),
    volume INTEGER NOT NULL CHECK (volume > 0),
    purged INTEGER NOT NULL DEFAULT 0 CHECK (purged BETWEEN 0 AND volume),
    PRIMARY KEY (series, start_ns)
) STRICT, WITHOUT ROWID;

CREATE TABLE coverage (
    coverage INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    run TEXT NOT NULL,
    scene_revision TEXT NOT NULL,
    start_ns INTEGER NOT NULL,
    end_ns INTEGER NOT NULL CHECK (start_ns < end_ns),
    FOREIGN KEY (run, stream) REFERENCES run (run, stream),
    FOREIGN KEY (stream, scene_revision) REFERENCES stream_scene (stream, scene_revision)
) STRICT;

CREATE INDEX coverage_by_end ON coverage (stream, end_ns);

CREATE TABLE event (
    id TEXT PRIMARY KEY,
    stream TEXT NOT NULL,
    run TEXT NOT NULL,
    scene_revision TEXT NOT NULL,
    series INTEGER NOT NULL REFERENCES series (series),
    at_ns INTEGER NOT NULL,
    recorded_ns INTEGER NOT NULL,
    body TEXT NOT NULL,
    FOREIGN KEY (run, stream) REFERENCES run (run, stream),
    FOREIGN KEY (stream, scene_revision) REFERENCES stream_scene (stream, scene_revision)
) STRICT;

CREATE INDEX event_by_time ON event (stream, at_ns);

CREATE INDEX event_by_age ON event (recorded_ns);
"""

_RECEIPTS = """
CREATE TABLE light (
    light_seen INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    run TEXT NOT NULL,
    light TEXT NOT NULL CHECK (light IN ('day', 'dusk', 'night', 'glare', 'rain', 'unknown')),
    start_ns INTEGER NOT NULL,
    end_ns INTEGER NOT NULL CHECK (start_ns < end_ns),
    FOREIGN KEY (run, stream) REFERENCES run (run, stream)
) STRICT;

CREATE INDEX light_by_end ON light (stream, end_ns);

CREATE TABLE truth_sample (
    sample TEXT PRIMARY KEY,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE stream_sample (
    stream TEXT PRIMARY KEY,
    sample TEXT NOT NULL REFERENCES truth_sample (sample)
) STRICT, WITHOUT ROWID;
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _RECEIPTS)
