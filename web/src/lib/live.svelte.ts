// The connection to the live feed. It keeps the newest message and nothing else, and comes back by itself when it is lost.

import { decodeMessage, type LiveMessage } from './message';
import type { LiveHeader, StreamView } from './schema';
import { median, toMs } from './time';

export interface Shown {
  readonly header: LiveHeader;
  readonly picture: ImageBitmap | null;
}

/** What tests and benchmarks read: screen time minus capture time of the last frames drawn. */
export interface Probe {
  readonly latencies_ms: number[];
  frames_drawn: number;
  pictures_drawn: number;
}

declare global {
  interface Window {
    catseye: Probe;
  }
}

const KEPT_LATENCIES = 300;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;
const STALE_MS = 2000;
const TICK_MS = 250;

/** How long to wait before try number `attempt` (from 0): doubling, with a fifth of it left to chance so that pages do not march in step. */
export function retryDelay(attempt: number, chance: number): number {
  const full = Math.min(FIRST_RETRY_MS * 2 ** attempt, LONGEST_RETRY_MS);
  return full * (0.8 + 0.2 * chance);
}

export class Live {
  connection = $state<'connecting' | 'open' | 'waiting'>('connecting');
  retryInS = $state(0);
  stream = $state<StreamView | null>(null);
  header = $state.raw<LiveHeader | null>(null);
  medianLatencyMs = $state<number | null>(null);
  /** Seconds since the last frame was drawn; null while frames come. */
  staleS = $state<number | null>(null);

  readonly probe: Probe = { latencies_ms: [], frames_drawn: 0, pictures_drawn: 0 };

  #draw: (shown: Shown) => void;
  #socket: WebSocket | null = null;
  #newest: LiveMessage | null = null;
  #pumping = false;
  #picture: ImageBitmap | null = null;
  #attempt = 0;
  #retryAt = 0;
  #drawnAt = 0;
  #fresh = false;
  #timer: ReturnType<typeof setInterval>;

  constructor(draw: (shown: Shown) => void) {
    this.#draw = draw;
    window.catseye = this.probe;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    void this.#connect();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#retryAt = Infinity;
    this.#socket?.close();
  }

  /** Try again now. */
  retry(): void {
    if (this.connection === 'waiting') void this.#connect();
  }

  async #connect(): Promise<void> {
    this.connection = 'connecting';
    this.#retryAt = Infinity;
    try {
      const answer = await fetch('/api/v1/streams');
      if (!answer.ok) throw new Error(answer.statusText);
      const streams = (await answer.json()) as StreamView[];
      const stream = streams[0];
      if (stream === undefined) throw new Error('no stream');
      this.stream = stream;
      this.#open(stream.stream);
    } catch {
      this.#lost();
    }
  }

  #open(stream: string): void {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/api/v1/streams/${encodeURIComponent(stream)}/live`);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#fresh = false;
      this.connection = 'open';
      this.#attempt = 0;
    };
    socket.onmessage = (event: MessageEvent<ArrayBuffer>) => {
      this.#newest = decodeMessage(event.data);
      if (!this.#pumping) void this.#pump();
    };
    socket.onclose = () => this.#lost();
    this.#socket = socket;
  }

  #lost(): void {
    this.#socket = null;
    this.connection = 'waiting';
    this.#retryAt = performance.now() + retryDelay(this.#attempt, Math.random());
    this.#attempt += 1;
  }

  /** Decode and draw, one frame at a time; what arrives meanwhile replaces what waits. */
  async #pump(): Promise<void> {
    this.#pumping = true;
    try {
      while (this.#newest !== null) {
        const { header, jpeg }: LiveMessage = this.#newest;
        this.#newest = null;
        let picture: ImageBitmap | null = null;
        try {
          if (jpeg.length > 0) picture = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
        } catch {
          // half a picture is no picture; the tags are still right
        }
        await new Promise(requestAnimationFrame);
        this.#show({ header, picture });
      }
    } finally {
      this.#pumping = false;
    }
  }

  #show(shown: Shown): void {
    this.#draw(shown);
    this.#picture?.close();
    this.#picture = shown.picture;
    this.#drawnAt = performance.now();
    this.header = shown.header;
    const { probe } = this;
    probe.frames_drawn += 1;
    if (shown.picture !== null) probe.pictures_drawn += 1;
    // the first message of a connection is the last one made, however long ago that was
    if (this.#fresh) probe.latencies_ms.push(Date.now() - toMs(shown.header.captured_ns));
    this.#fresh = true;
    if (probe.latencies_ms.length > KEPT_LATENCIES) probe.latencies_ms.shift();
  }

  #tick(): void {
    const now = performance.now();
    const silentMs = now - this.#drawnAt;
    this.staleS = this.header !== null && silentMs > STALE_MS ? Math.round(silentMs / 1000) : null;
    this.medianLatencyMs = median(this.probe.latencies_ms.slice(-50));
    this.retryInS = Math.max(0, Math.ceil((this.#retryAt - now) / 1000));
    if (this.connection === 'waiting' && now >= this.#retryAt) void this.#connect();
  }
}
