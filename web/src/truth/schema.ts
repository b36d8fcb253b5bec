// Made from truth-schema.json by scripts/types.mjs; do not edit.

export type Add = {
  readonly crossing: HandCrossing;
  readonly what: "add";
};

export type Amend = {
  readonly crossing: HandCrossing;
  readonly what: "amend";
};

export type Asked = {
  readonly steps: ReadonlyArray<Add | Amend | Drop | Declare | Watch>;
  readonly tab: string;
  readonly token: string;
};

export type CountLine = {
  readonly directions: [string, string];
  readonly name: string;
  readonly points: [[number, number], [number, number]];
};

export type Declare = {
  readonly ways: ReadonlyArray<HandComplete>;
  readonly what: "declare";
};

export type Drop = {
  readonly key: string;
  readonly what: "drop";
};

export type HandComplete = {
  readonly direction: string;
  readonly kinds: ReadonlyArray<string>;
  readonly line: string;
};

export type HandCrossing = {
  readonly at_s: number;
  readonly direction: string;
  readonly key: string;
  readonly line: string;
  readonly optional: boolean;
  readonly road_user: string;
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

export type PlannedClip = {
  readonly declared: boolean;
  readonly name: string;
  readonly watched_s: number;
};

export type Problem = {
  readonly message: string;
  readonly remedy: string;
};

export type ProgressView = {
  readonly ended: boolean;
  readonly ready: ReadonlyArray<[number, number]>;
  readonly times_s: ReadonlyArray<number>;
  readonly token: string;
  readonly trouble: Problem | null;
  readonly version: number;
  readonly withheld: ReadonlyArray<Withheld>;
};

export type SittingView = {
  readonly clip: string;
  readonly clips: ReadonlyArray<PlannedClip>;
  readonly file: string;
  readonly from_s: number;
  readonly keys: Readonly<Record<string, string>>;
  readonly kinds: ReadonlyArray<string>;
  readonly lines: ReadonlyArray<CountLine>;
  readonly masks: ReadonlyArray<Mask>;
  readonly movements: ReadonlyArray<Movement>;
  readonly name: string;
  readonly size: [number, number];
  readonly tally: Tally;
  readonly token: string;
  readonly until_s: number;
  readonly who: string;
  readonly zones: ReadonlyArray<Zone>;
};

export type Tally = {
  readonly complete: ReadonlyArray<HandComplete>;
  readonly crossings: ReadonlyArray<HandCrossing>;
  readonly version: number;
  readonly watched: ReadonlyArray<[number, number]>;
};

export type Turn = {
  readonly name: string;
};

export type Undo = {
  readonly tab: string;
  readonly token: string;
};

export type Undone = {
  readonly tally: Tally;
  readonly undone: boolean;
};

export type Watch = {
  readonly stretches: ReadonlyArray<[number, number]>;
  readonly what: "watch";
};

export type Withheld = {
  readonly number: number;
  readonly why: string;
};

export type Zone = {
  readonly name: string;
  readonly polygon: ReadonlyArray<[number, number]>;
  readonly use: "any" | "carriageway" | "crossing" | "waiting" | "junction" | "no_stopping" | "parking";
};
