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

_TRAFFIC = """
UPDATE event SET body = json_remove(body, '$.speed_mps');

CREATE TABLE passage (
    event TEXT PRIMARY KEY,
    stream TEXT NOT NULL,
    run TEXT NOT NULL,
    at_ns INTEGER NOT NULL,
    recorded_ns INTEGER NOT NULL,
    body TEXT NOT NULL,
    FOREIGN KEY (run, stream) REFERENCES run (run, stream)
) STRICT;

CREATE INDEX passage_by_time ON passage (stream, at_ns);

CREATE INDEX passage_by_age ON passage (recorded_ns);

CREATE TABLE speed_cell (
    stream TEXT NOT NULL REFERENCES stream (stream),
    rule TEXT NOT NULL,
    direction TEXT NOT NULL,
    road_user TEXT NOT NULL,
    start_ns INTEGER NOT NULL CHECK (start_ns % 900000000000 = 0),
    measured INTEGER NOT NULL CHECK (measured > 0),
    purged INTEGER NOT NULL CHECK (purged BETWEEN 0 AND measured),
    sum_mps REAL NOT NULL,
    sum_squares REAL NOT NULL,
    sum_inverse REAL NOT NULL,
    with_error INTEGER NOT NULL CHECK (with_error BETWEEN 0 AND measured),
    sum_error_mps REAL NOT NULL,
    PRIMARY KEY (stream, rule, direction, road_user, start_ns)
) STRICT, WITHOUT ROWID;

CREATE TABLE speed_bin (
    stream TEXT NOT NULL REFERENCES stream (stream),
    rule TEXT NOT NULL,
    direction TEXT NOT NULL,
    road_user TEXT NOT NULL,
    start_ns INTEGER NOT NULL,
    kmh INTEGER NOT NULL CHECK (kmh >= 0),
    number INTEGER NOT NULL CHECK (number > 0),
    PRIMARY KEY (stream, rule, direction, road_user, start_ns, kmh)
) STRICT, WITHOUT ROWID;

CREATE TABLE traffic_minute (
    record TEXT PRIMARY KEY,
    stream TEXT NOT NULL,
    run TEXT NOT NULL,
    scene_revision TEXT NOT NULL,
    start_ns INTEGER NOT NULL CHECK (start_ns % 60000000000 = 0),
    body TEXT NOT NULL,
    FOREIGN KEY (run, stream) REFERENCES run (run, stream),
    FOREIGN KEY (stream, scene_revision) REFERENCES stream_scene (stream, scene_revision)
) STRICT;

CREATE INDEX traffic_minute_by_time ON traffic_minute (stream, start_ns);

CREATE TABLE conflict (
    id TEXT PRIMARY KEY,
    stream TEXT NOT NULL,
    run TEXT NOT NULL,
    scene_revision TEXT NOT NULL,
    at_ns INTEGER NOT NULL,
    body TEXT NOT NULL,
    FOREIGN KEY (run, stream) REFERENCES run (run, stream),
    FOREIGN KEY (stream, scene_revision) REFERENCES stream_scene (stream, scene_revision)
) STRICT;

CREATE INDEX conflict_by_time ON conflict (stream, at_ns);

CREATE TABLE incident (
    id TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision > 0),
    told INTEGER,
    stream TEXT NOT NULL,
    run TEXT NOT NULL,
    scene_revision TEXT NOT NULL,
    opened_ns INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (id, revision),
    UNIQUE (id, told),
    FOREIGN KEY (run, stream) REFERENCES run (run, stream),
    FOREIGN KEY (stream, scene_revision) REFERENCES stream_scene (stream, scene_revision)
) STRICT;

CREATE INDEX incident_by_time ON incident (stream, opened_ns);

CREATE TABLE violation (
    id TEXT PRIMARY KEY,
    stream TEXT NOT NULL,
    run TEXT NOT NULL,
    scene_revision TEXT NOT NULL,
    at_ns INTEGER NOT NULL,
    recorded_ns INTEGER NOT NULL,
    body TEXT NOT NULL,
    FOREIGN KEY (run, stream) REFERENCES run (run, stream),
    FOREIGN KEY (stream, scene_revision) REFERENCES stream_scene (stream, scene_revision)
) STRICT;

CREATE INDEX violation_by_time ON violation (stream, at_ns);

CREATE INDEX violation_by_age ON violation (recorded_ns);

CREATE TABLE violation_cell (
    stream TEXT NOT NULL REFERENCES stream (stream),
    kind TEXT NOT NULL,
    place TEXT NOT NULL,
    road_user TEXT NOT NULL,
    start_ns INTEGER NOT NULL CHECK (start_ns % 900000000000 = 0),
    number INTEGER NOT NULL CHECK (number > 0),
    purged INTEGER NOT NULL CHECK (purged BETWEEN 0 AND number),
    PRIMARY KEY (stream, kind, place, road_user, start_ns)
) STRICT, WITHOUT ROWID;
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _RECEIPTS, _TRAFFIC)
