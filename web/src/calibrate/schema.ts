// Made from calibrate-schema.json by scripts/types.mjs; do not edit.

export type Calibration = {
  readonly method: "ground_points" | "vanishing_points" | "vehicles";
  readonly points: [[number, number], [number, number], [number, number], [number, number]];
  readonly shifts_m: ReadonlyArray<[number, number, number, number, number, number, number, number]>;
};

export type CalibrationReport = {
  readonly calibration: Calibration;
  readonly camera: CameraReport | null;
  readonly error_m: number;
  readonly homography: [number, number, number, number, number, number, number, number, number];
  readonly lens: LensReport | null;
  readonly misfit: number | null;
  readonly origin: [number, number] | null;
  readonly points: ReadonlyArray<PointReport>;
  readonly speed_error: number;
  readonly speed_error_worst: number;
  readonly vehicles: number | null;
  readonly warnings: ReadonlyArray<string>;
};

export type CameraReport = {
  readonly down_deg: number;
  readonly height_m: number;
  readonly view_deg: number;
};

export type ClickedPoint = {
  readonly at_unit: [number, number];
  readonly ground: [number, number] | null;
  readonly name: string;
};

export type ClickedPoints = {
  readonly degrees: boolean;
  readonly points: ReadonlyArray<ClickedPoint>;
};

export type FittedView = {
  readonly grid_m: number | null;
  readonly grid_unit: ReadonlyArray<ReadonlyArray<[number, number]>>;
  readonly led_unit: ReadonlyArray<[number, number] | null>;
  readonly problem: Problem | null;
  readonly report: CalibrationReport | null;
  readonly used: ReadonlyArray<number>;
};

export type LensReport = {
  readonly bend_px: number;
  readonly error: number;
  readonly k1: number;
  readonly speed_off: number;
  readonly speed_off_worst: number;
};

export type PointReport = {
  readonly expected_m: number | null;
  readonly left_out_m: number | null;
  readonly name: string;
  readonly residual_m: number;
  readonly suspect: boolean;
};

export type Problem = {
  readonly message: string;
  readonly remedy: string;
};

export type SheetView = {
  readonly click_px: number;
  readonly clicked: ClickedPoints;
  readonly file: string;
  readonly fitted: FittedView;
  readonly scene: string;
  readonly size: [number, number];
  readonly survey_m: number;
};

export type Written = {
  readonly error_m: number;
  readonly scene: string;
};
