// Made from network-schema.json by scripts/types.mjs; do not edit.

export type Camera = {
  readonly address: string;
  readonly analysed_fps: number;
  readonly contact: string;
  readonly credentials: string;
  readonly district: string;
  readonly kind_of_place: string;
  readonly legal_basis: string;
  readonly name: string;
  readonly onvif: string;
  readonly owner: string;
  readonly paused: boolean;
  readonly place: Place | null;
  readonly priority: number;
  readonly purpose: string;
  readonly retention_h: number;
  readonly scene: string;
  readonly signage: string;
  readonly title: string;
  readonly udp: boolean;
};

export type CameraState = "connecting" | "offline" | "frozen" | "black" | "white_out" | "obscured" | "moved" | "blurred" | "infrared_failed" | "lens_dirty" | "glare" | "packet_loss" | "low_bit_rate" | "low_frame_rate" | "clock_drift" | "ok";

export type CameraView = {
  readonly address: string;
  readonly asked_fps: number;
  readonly codec: string;
  readonly district: string;
  readonly fps_analysed: number | null;
  readonly fps_in: number | null;
  readonly given_fps: number | null;
  readonly kind_of_place: string;
  readonly lag_s: number | null;
  readonly legal_basis: string;
  readonly name: string;
  readonly note: string;
  readonly owner: string;
  readonly paused: boolean;
  readonly place: Place | null;
  readonly priority: number;
  readonly purpose: string;
  readonly reason: string;
  readonly shed: string;
  readonly signage: string;
  readonly since_ns: number;
  readonly size: [number, number] | null;
  readonly state: CameraState | null;
  readonly title: string;
  readonly usable: boolean | null;
  readonly worker: number | null;
};

export type HealthEpisode = {
  readonly began_ns: number;
  readonly ended_ns: number | null;
  readonly id: string;
  readonly reason: string;
  readonly revision: number;
  readonly state: CameraState;
  readonly stream: string;
  readonly told_ns: number;
  readonly type: "health_episode";
};

export type HealthView = {
  readonly cells: ReadonlyArray<StripCell>;
  readonly episodes: ReadonlyArray<HealthEpisode>;
  readonly pictured: ReadonlyArray<string>;
};

export type NetworkLoad = {
  readonly analysed_fps: number | null;
  readonly cameras: number;
  readonly cpu_share: number | null;
  readonly detector_share: number | null;
  readonly lag_p99_s: number | null;
  readonly restarts: number;
  readonly shed: number;
  readonly workers: number;
};

export type NetworkView = {
  readonly at_ns: number;
  readonly cameras: ReadonlyArray<CameraView>;
  readonly load: NetworkLoad;
  readonly name: string;
  readonly timezone: string;
};

export type Place = {
  readonly field_of_view_deg: number | null;
  readonly heading_deg: number | null;
  readonly height_m: number | null;
  readonly point: [number, number];
  readonly reach_m: number | null;
};

export type StripCell = {
  readonly seconds: Readonly<Record<string, number>>;
  readonly start_ns: number;
};
