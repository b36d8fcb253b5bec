// What is measured on calibrated ground: speeds and incidents, asked for every few seconds, and what an operator says of an incident.

import type { IncidentView, SpeedView, StreamView } from './schema';
import { toMs } from './time';

const EVERY_MS = 5000;
const SPEEDS_MS = 3_600_000;
const INCIDENTS_MS = 24 * 3_600_000;

export type Mark = IncidentView['marks'][number];

export class Ground {
  speeds = $state.raw<readonly SpeedView[]>([]);
  /** Of the last day, the newest first. */
  incidents = $state.raw<readonly IncidentView[]>([]);
  /** Why the last thing asked was not done. */
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

  async mark(incident: string, mark: Mark): Promise<void> {
    try {
      const told = await this.#ask<IncidentView>(`incidents/${encodeURIComponent(incident)}/marks`, { mark });
      this.incidents = this.incidents.map((one) => (one.incident === told.incident ? told : one));
      this.problem = '';
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  async #refresh(): Promise<void> {
    if (this.#stream === '' || !this.#kept || document.hidden) return;
    try {
      const [speeds, incidents] = await Promise.all([
        this.#ask<SpeedView[]>(`speeds?${this.#span(SPEEDS_MS)}`),
        this.#ask<IncidentView[]>(`incidents?${this.#span(INCIDENTS_MS)}`),
      ]);
      this.speeds = speeds;
      this.incidents = incidents.sort((a, b) => b.opened_ns - a.opened_ns);
      this.problem = '';
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  #span(lengthMs: number): string {
    const until = Math.ceil(toMs(this.#untilNs)) + 1;
    return new URLSearchParams({ start: new Date(until - lengthMs).toISOString(), end: new Date(until).toISOString() }).toString();
  }

  async #ask<T>(path: string, body?: unknown): Promise<T> {
    const how = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`/api/v1/streams/${encodeURIComponent(this.#stream)}/${path}`, body === undefined ? {} : how);
    const told: unknown = await answer.json();
    if (!answer.ok) throw new Error((told as { message?: string }).message ?? answer.statusText);
    return told as T;
  }
}
