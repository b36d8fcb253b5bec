// Made from schema.json by scripts/types.mjs; do not edit.

export type Alive = {
  readonly skipped: number;
  readonly status: string;
  readonly version: string;
  readonly viewers: number;
};

export type Backing = {
  readonly calibration: string;
  readonly detector: string;
  readonly detector_sha256: string;
  readonly light: "day" | "dusk" | "night" | "glare" | "rain" | "unknown";
  readonly scene_revision: string;
  readonly truth_sample: string;
  readonly why: string;
};

export type Calibration = {
  readonly method: "ground_points" | "vanishing_points" | "vehicles";
  readonly points: [[number, number], [number, number], [number, number], [number, number]];
  readonly shifts_m: ReadonlyArray<[number, number, number, number, number, number, number, number]>;
};

export type CameraState = "connecting" | "offline" | "frozen" | "black" | "white_out" | "obscured" | "moved" | "blurred" | "infrared_failed" | "lens_dirty" | "glare" | "packet_loss" | "low_bit_rate" | "low_frame_rate" | "clock_drift" | "ok";

export type CellVolume = {
  readonly bounds: [number, number] | null;
  readonly road_users: Readonly<Record<string, number>>;
  readonly volume: number | null;
};

export type Column = {
  readonly direction: string;
  readonly rule: string;
};

export type Compared = {
  readonly all_lines: Tally;
  readonly all_turns: Tally;
  readonly ended: boolean;
  readonly lines: ReadonlyArray<LineTally>;
  readonly turns: ReadonlyArray<TurnTally>;
};

export type ConflictView = {
  readonly angle_rad: number;
  readonly at_ns: number;
  readonly delta_v_mps: [number, number] | null;
  readonly drac_mps2: number | null;
  readonly kind: string;
  readonly movements: [string, string];
  readonly pet_s: number | null;
  readonly place_m: [number, number];
  readonly place_unit: [number, number];
  readonly road_users: [string, string];
  readonly speeds_mps: [number, number];
  readonly ttc_s: number | null;
};

export type Count = {
  readonly direction: string;
  readonly end_ns: number;
  readonly final: boolean;
  readonly observed_s: number;
  readonly receipt: Receipt;
  readonly road_user: string;
  readonly rule: string;
  readonly start_ns: number;
  readonly stream: string;
  readonly volume: number | null;
};

export type CountLine = {
  readonly directions: [string, string];
  readonly name: string;
  readonly points: [[number, number], [number, number]];
};

export type DetectorInfo = {
  readonly input_size: [number, number];
  readonly name: string;
  readonly road_users: ReadonlyArray<string>;
  readonly sha256: string;
  readonly threshold: number;
};

export type IncidentView = {
  readonly closed_ns: number | null;
  readonly incident: string;
  readonly kind: string;
  readonly marks: ReadonlyArray<"acknowledged" | "false">;
  readonly open: boolean;
  readonly opened_ns: number;
  readonly place: string;
  readonly place_m: [number, number];
  readonly place_unit: [number, number];
  readonly reason: string;
  readonly revision: number;
  readonly road_user: string;
  readonly severity: "low" | "medium" | "high";
};

export type Lane = {
  readonly approach: string;
  readonly limit_kmh: number | null;
  readonly name: string;
  readonly points: ReadonlyArray<[number, number]>;
  readonly signal: string;
  readonly use: "all" | "bus" | "bicycle";
  readonly width_m: number;
};

export type LineTally = {
  readonly counted: number | null;
  readonly direction: string;
  readonly extra: number;
  readonly missed: number;
  readonly rule: string;
  readonly true: number | null;
};

export type LineView = {
  readonly directions: [string, string];
  readonly name: string;
  readonly points: [[number, number], [number, number]];
  readonly volumes: Readonly<Record<string, Readonly<Record<string, number>>>>;
};

export type LiveHeader = {
  readonly at_ns: number;
  readonly captured_ns: number;
  readonly compared: Compared | null;
  readonly health: StreamHealth;
  readonly learning_s: number | null;
  readonly lines: ReadonlyArray<LineView>;
  readonly run: string;
  readonly scene_proposed: boolean;
  readonly seq: number;
  readonly size: [number, number];
  readonly stream: string;
  readonly tags: ReadonlyArray<Tag>;
  readonly timezone: string;
  readonly withheld: string;
  readonly zones: ReadonlyArray<ZoneView>;
};

export type Mark = {
  readonly mark: "acknowledged" | "false";
};

export type Mask = {
  readonly name: string;
  readonly polygon: ReadonlyArray<[number, number]>;
};

export type Movement = {
  readonly destination: string;
  readonly name: string;
  readonly origin: string;
  readonly permission: "allowed" | "forbidden";
};

export type Receipt = {
  readonly calibration: string;
  readonly detector: string;
  readonly detector_sha256: string;
  readonly interval: [number, number] | null;
  readonly light: "day" | "dusk" | "night" | "glare" | "rain" | "unknown";
  readonly light_s: Readonly<Record<string, number>>;
  readonly scene_revision: string;
  readonly status: "verified" | "unverified";
  readonly truth_sample: string;
  readonly way_interval: [number, number] | null;
  readonly why: string;
};

export type Row = {
  readonly backing: Backing | null;
  readonly cells: ReadonlyArray<CellVolume>;
  readonly end_ns: number;
  readonly final: boolean;
  readonly observed: number;
  readonly start_ns: number;
  readonly starts: string;
};

export type Scene = {
  readonly calibration: Calibration | null;
  readonly drawn_for: [number, number] | null;
  readonly error_m: number | null;
  readonly homography: [number, number, number, number, number, number, number, number, number] | null;
  readonly lanes: ReadonlyArray<Lane>;
  readonly lines: ReadonlyArray<CountLine>;
  readonly masks: ReadonlyArray<Mask>;
  readonly movements: ReadonlyArray<Movement>;
  readonly signals: ReadonlyArray<Signal>;
  readonly timezone: string;
  readonly zones: ReadonlyArray<Zone>;
};

export type Signal = {
  readonly name: string;
  readonly region: ReadonlyArray<[number, number]>;
};

export type SpeedView = {
  readonly direction: string;
  readonly end_ns: number;
  readonly road_user: string;
  readonly rule: string;
  readonly speeds: Speeds;
  readonly start_ns: number;
};

export type Speeds = {
  readonly deviation_mps: number | null;
  readonly error_mps: number | null;
  readonly mean_mps: number | null;
  readonly measured: number;
  readonly p85_mps: number | null;
  readonly space_mean_mps: number | null;
};

export type StreamHealth = {
  readonly camera: CameraState | null;
  readonly camera_reason: string;
  readonly clock_error_ms: number | null;
  readonly codec: string;
  readonly detector: string;
  readonly drops: Readonly<Record<string, number>>;
  readonly fps_analysed: number | null;
  readonly fps_in: number | null;
  readonly frames_analysed: number;
  readonly frames_decoded: number;
  readonly frames_withheld: number;
  readonly lag_s: number | null;
  readonly reason: string;
  readonly run: string | null;
  readonly since_ns: number;
  readonly size: [number, number] | null;
  readonly state: StreamState;
  readonly stream: string;
};

export type StreamState = "connecting" | "running" | "stalled" | "failed" | "ended";

export type StreamView = {
  readonly detector: DetectorInfo;
  readonly health: StreamHealth;
  readonly keeps_volumes: boolean;
  readonly scene_revision: string;
  readonly stream: string;
  readonly timezone: string;
};

export type Tag = {
  readonly box: [number, number, number, number];
  readonly confidence: number;
  readonly parked: boolean;
  readonly road_user: string;
  readonly seen: boolean;
  readonly tag: string;
};

export type Tally = {
  readonly counted: number | null;
  readonly extra: number;
  readonly missed: number;
  readonly true: number | null;
};

export type TrafficMinute = {
  readonly most: Readonly<Record<string, number>>;
  readonly observed_s: number;
  readonly place: string;
  readonly place_kind: "line" | "lane" | "approach" | "zone" | "movement";
  readonly run: string;
  readonly scene_revision: string;
  readonly start_ns: number;
  readonly stream: string;
  readonly sums: Readonly<Record<string, number>>;
  readonly tally: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly type: "traffic_minute";
};

export type TurnTally = {
  readonly counted: number | null;
  readonly extra: number;
  readonly missed: number;
  readonly origin: string;
  readonly true: number | null;
  readonly turn: "left" | "right" | "through" | "u";
};

export type ViolationCell = {
  readonly end_ns: number;
  readonly kind: string;
  readonly number: number;
  readonly place: string;
  readonly road_user: string;
  readonly start_ns: number;
  readonly stream: string;
};

export type VolumeTable = {
  readonly columns: ReadonlyArray<Column>;
  readonly interval_s: number;
  readonly rows: ReadonlyArray<Row>;
  readonly stream: string;
  readonly timezone: string;
};

export type Zone = {
  readonly name: string;
  readonly polygon: ReadonlyArray<[number, number]>;
  readonly use: "any" | "carriageway" | "crossing" | "waiting" | "junction" | "no_stopping" | "parking";
};

export type ZoneView = {
  readonly name: string;
  readonly polygon: ReadonlyArray<[number, number]>;
  readonly present: number;
};
