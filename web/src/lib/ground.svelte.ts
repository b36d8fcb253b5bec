// What is measured on calibrated ground: speeds and incidents, asked for every few seconds, and what an operator says of an incident.

import { ask, stretch } from './ask';
import type { IncidentView, SpeedView, StreamView } from './schema';

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
      const told = await ask<IncidentView>(this.#stream, `incidents/${encodeURIComponent(incident)}/marks`, { mark });
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
        ask<SpeedView[]>(this.#stream, `speeds?${this.#span(SPEEDS_MS)}`),
        ask<IncidentView[]>(this.#stream, `incidents?${this.#span(INCIDENTS_MS)}`),
      ]);
      this.speeds = speeds;
      this.incidents = incidents.sort((a, b) => b.opened_ns - a.opened_ns);
      this.problem = '';
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  #span(lengthMs: number): string {
    return new URLSearchParams(stretch(this.#untilNs, lengthMs)).toString();
  }
}
