// The network as the server tells it, asked for again every two seconds.

import type { CameraView, HealthEpisode, HealthView, NetworkView } from './schema';

const EVERY_MS = 2000;
const PATH = '/api/v1/network';

export class Cameras {
  network = $state.raw<NetworkView | null>(null);
  away = $state(false);
  problem = $state('');
  chosen = $state<string | null>(null);
  health = $state.raw<HealthView | null>(null);
  /** Changes with each round, so that pictures are asked for anew. */
  round = $state(0);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor() {
    void this.#ask();
  }

  get camera(): CameraView | null {
    return this.network?.cameras.find(({ name }) => name === this.chosen) ?? null;
  }

  choose(name: string | null): void {
    this.chosen = name;
    this.health = null;
    this.problem = '';
    void this.#askHealth();
  }

  async turn(how: 'pause' | 'resume'): Promise<void> {
    const name = this.chosen;
    if (name === null) return;
    const answer = await fetch(`${PATH}/cameras/${encodeURIComponent(name)}/${how}`, { method: 'POST' });
    this.problem = answer.ok ? '' : (((await answer.json()) as { message?: string }).message ?? answer.statusText);
    await this.#ask();
  }

  pictureOf(name: string): string {
    return `${PATH}/cameras/${encodeURIComponent(name)}/picture.jpg?${this.round}`;
  }

  /** The picture of a fault; null where there is none any more. */
  faultPicture(episode: HealthEpisode): string | null {
    if (!this.health?.pictured.includes(episode.id)) return null;
    const [state, began] = episode.id.slice(episode.stream.length + 1).split('/'); // as a number its beginning would be rounded
    return `${PATH}/cameras/${encodeURIComponent(episode.stream)}/health/${state}/${began}/picture.jpg`;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const answer = await fetch(PATH);
      if (!answer.ok) throw new Error(answer.statusText);
      this.network = (await answer.json()) as NetworkView;
      this.away = false;
      this.round += 1;
      if (this.round % 15 === 0) void this.#askHealth();
    } catch {
      this.away = true;
    }
    if (!this.#closed) this.#timer = setTimeout(() => void this.#ask(), EVERY_MS);
  }

  async #askHealth(): Promise<void> {
    const name = this.chosen;
    if (name === null) return;
    const answer = await fetch(`${PATH}/cameras/${encodeURIComponent(name)}/health`);
    if (answer.ok && this.chosen === name) this.health = (await answer.json()) as HealthView;
  }
}
