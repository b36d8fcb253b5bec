// Sends steps in order, one after another, until the server has each on its disk.

import type { Tally, Problem } from './schema';

export class Refused extends Error {
  constructor(readonly trouble: Problem, readonly status: number) {
    super(trouble.message);
  }
}

const RETRY_MS = 1000;

/** POST JSON. Throws Refused where the server says no, TypeError where it does not answer. */
export async function post<T>(path: string, body: unknown): Promise<T> {
  const answer = await fetch(`/api/v1/truth/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const told: unknown = await answer.json().catch(() => ({ message: answer.statusText, remedy: '' }));
  if (!answer.ok) throw new Refused(told as Problem, answer.status);
  return told as T;
}

export interface Told {
  /** How many calls wait to be answered, and whether the server is away. */
  onWaiting(waiting: number, away: boolean): void;
}

/** Calls in order; one that meets no server is made again and again, for a step sent twice is taken once. */
export class Queue {
  #chain: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(readonly told: Told) {}

  get idle(): boolean {
    return this.#waiting === 0;
  }

  add<T = Tally>(path: string, body: () => unknown): Promise<T> {
    this.#waiting += 1;
    this.told.onWaiting(this.#waiting, false);
    const call = this.#chain.then(() => this.#call<T>(path, body));
    this.#chain = call.catch(() => undefined);
    return call;
  }

  async #call<T>(path: string, body: () => unknown): Promise<T> {
    try {
      for (;;) {
        try {
          return await post<T>(path, body());
        } catch (error) {
          if (error instanceof Refused) throw error;
          this.told.onWaiting(this.#waiting, true);
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
      }
    } finally {
      this.#waiting -= 1;
      this.told.onWaiting(this.#waiting, false);
    }
  }
}
