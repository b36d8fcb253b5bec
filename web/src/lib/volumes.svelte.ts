// The kept volumes, asked for every few seconds.

import type { Scene, StreamView, VolumeTable } from './schema';
import { sinceObserved } from './series';
import { toMs } from './time';

export const QUARTER_S = 900;
export const MINUTE_S = 60;

const EVERY_MS = 5000;
const SPAN_MS: Readonly<Record<number, number>> = { [QUARTER_S]: 6 * 3_600_000, [MINUTE_S]: 3_600_000 };

export class Volumes {
  quarters = $state.raw<VolumeTable | null>(null);
  minutes = $state.raw<VolumeTable | null>(null);
  scene = $state.raw<Scene | null>(null);
  /** Why there are none. */
  problem = $state('');

  #stream = '';
  #untilNs = 0;
  #kept = true;
  #timer: ReturnType<typeof setInterval>;

  constructor() {
    this.#timer = setInterval(() => void this.#refresh(), EVERY_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Tell which stream is shown, whether its volumes are kept, and the instant of its newest frame: a file has its own time. */
  follow({ stream, keeps_volumes }: StreamView, atNs: number): void {
    const first = this.#stream !== stream;
    this.#stream = stream;
    this.#kept = keeps_volumes;
    this.#untilNs = atNs;
    if (first) void this.#refresh();
  }

  async #refresh(): Promise<void> {
    if (this.#stream === '' || document.hidden) return;
    try {
      this.scene = await this.#get<Scene>('scene');
      if (this.#kept) [this.quarters, this.minutes] = await Promise.all([this.#table(QUARTER_S), this.#table(MINUTE_S)]);
      this.problem = this.#kept ? '' : 'This session keeps no volumes.';
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  async #table(intervalS: number): Promise<VolumeTable> {
    const until = Math.ceil(toMs(this.#untilNs)) + 1;
    const start = new Date(until - (SPAN_MS[intervalS] ?? 0)).toISOString();
    const end = new Date(until).toISOString();
    const query = new URLSearchParams({ start, end, interval_s: String(intervalS) });
    return sinceObserved(await this.#get<VolumeTable>(`table?${query.toString()}`));
  }

  async #get<T>(path: string): Promise<T> {
    const answer = await fetch(`/api/v1/streams/${encodeURIComponent(this.#stream)}/${path}`);
    const body: unknown = await answer.json();
    if (!answer.ok) throw new Error((body as { message?: string }).message ?? answer.statusText);
    return body as T;
  }
}
