// One counter at one page: what is shown, what is counted, and what of it is safe.

import { Queue, Refused } from './queue';
import { Reel } from './reel';
import { pictureAt, rulesOf, PAGE, seenStretches, SPEEDS, unwatched, wayOf, type Rule } from './rules';
import type { Asked, HandComplete, HandCrossing, ProgressView, SittingView, Tally, Problem, Undone } from './schema';

type Step = Asked['steps'][number];

const POLL_MS = 500;
const TELL_MS = 1000; // how often it is told what was watched
const JUMP_S = 2;
const LATE_MS = 250; // a picture later than this is not hurried after

export class Session {
  view = $state.raw<SittingView | null>(null);
  tally = $state.raw<Tally>({ version: 0, crossings: [], watched: [], complete: [] });
  times = $state.raw<readonly number[]>([]);
  ready = $state.raw<ProgressView['ready']>([]);
  withheld = $state.raw<ReadonlyMap<number, string>>(new Map());
  ended = $state(false);
  trouble = $state.raw<Problem | null>(null); // of the pictures
  problem = $state.raw<Problem | null>(null); // of the last thing done
  said = $state('');
  number = $state(0);
  shown = $state(false); // whether the picture of that number is on the page
  playing = $state(false);
  speed = $state(1);
  chosen = $state(0);
  saving = $state.raw<readonly HandCrossing[]>([]);
  waiting = $state(0);
  away = $state(false);

  readonly #queue = new Queue({
    onWaiting: (waiting, away) => {
      this.waiting = waiting;
      this.away = away;
    },
  });
  readonly #reel = new Reel((number) => {
    if (number === this.number) this.#settle();
  });
  readonly #draw: (picture: ImageBitmap | null) => void;
  readonly #tab: string;
  readonly #timers: ReturnType<typeof setInterval>[];
  #path: (number | null)[] = []; // numbers shown since it was last told, in order
  #due = 0;
  #frame = 0;
  #last: string | null = null; // the key of the last count of this page
  #polling = false;

  constructor(draw: (picture: ImageBitmap | null) => void) {
    this.#draw = draw;
    this.#tab = sessionStorage.getItem('tab') ?? crypto.randomUUID();
    sessionStorage.setItem('tab', this.#tab);
    this.#timers = [setInterval(() => void this.#poll(), POLL_MS), setInterval(() => this.#tellWatched(), TELL_MS)];
    addEventListener('pagehide', this.#leave);
    void this.#open();
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    removeEventListener('pagehide', this.#leave);
    cancelAnimationFrame(this.#frame);
  }

  get rules(): Rule[] {
    return this.view === null ? [] : rulesOf(this.view);
  }

  get rule(): Rule | undefined {
    return this.rules[this.chosen];
  }

  get at(): number {
    return this.times[this.number] ?? this.view?.from_s ?? 0;
  }

  /** The page of rules that the digits choose from. */
  get page(): number {
    return Math.floor(this.chosen / PAGE);
  }

  isReady(number: number): boolean {
    return this.ready.some(([first, last]) => first <= number && number <= last);
  }

  // --- player

  toggle(): void {
    if (this.playing) this.pause();
    else {
      this.playing = true;
      this.#due = performance.now();
      this.#frame = requestAnimationFrame(this.#play);
    }
  }

  pause(): void {
    this.playing = false;
    cancelAnimationFrame(this.#frame);
    this.#tellWatched();
  }

  step(by: number): void {
    if (this.playing) this.pause();
    this.#show(this.number + by);
  }

  jump(by: number): void {
    this.seek(this.at + by * JUMP_S);
  }

  seek(at: number): void {
    this.#path.push(null);
    this.#show(Math.max(0, pictureAt(this.times, at)));
    this.#due = performance.now();
  }

  faster(by: number): void {
    const place = SPEEDS.indexOf(this.speed) + by;
    this.speed = SPEEDS[Math.min(Math.max(place, 0), SPEEDS.length - 1)] ?? 1;
  }

  /** Go to the next stretch that nobody watched, from here on and then from the beginning. */
  toUnwatched(): void {
    const view = this.view;
    if (view === null) return;
    this.#tellWatched();
    const left = unwatched(this.tally.watched, view.from_s, view.until_s);
    const next = left.find(([, end]) => end > this.at + 0.05) ?? left[0];
    if (next !== undefined) this.seek(Math.max(next[0], next[1] > this.at && next[0] < this.at ? this.at : next[0]));
    else this.said = 'All of it is watched.';
  }

  #play = (now: number): void => {
    if (!this.playing) return;
    this.#frame = requestAnimationFrame(this.#play);
    const [here, next] = [this.times[this.number], this.times[this.number + 1]];
    if (here === undefined || next === undefined) {
      if (this.ended) this.pause();
      return;
    }
    const wait = ((next - here) * 1000) / this.speed;
    if (now < this.#due + wait) return;
    const there = this.#reel.get(this.number + 1) !== undefined || this.withheld.has(this.number + 1);
    if (!there || !this.#isShown()) {
      this.#due = now - wait; // nothing is left out: it waits for the picture
      this.#show(this.number);
      return;
    }
    this.#due = now - this.#due - wait > LATE_MS ? now : this.#due + wait;
    this.#show(this.number + 1);
  };

  #isShown(): boolean {
    return this.shown || this.withheld.has(this.number);
  }

  #show(number: number): void {
    const view = this.view;
    if (view === null) return;
    this.number = Math.min(Math.max(number, 0), Math.max(0, this.times.length - 1));
    this.#reel.around(view.token, this.number, (one) => this.isReady(one));
    this.#settle();
  }

  /** Put the picture on the page, if it is there. What is on the page was seen. */
  #settle(): void {
    const picture = this.#reel.get(this.number);
    this.shown = picture !== undefined;
    this.#draw(picture ?? null);
    const before = this.#path.at(-1);
    if (picture === undefined) {
      if (before !== null) this.#path.push(null);
    } else if (before !== this.number) this.#path.push(this.number);
  }

  /** Draw again: the page has changed its size, or what is chosen. */
  redraw(): void {
    this.#draw(this.#reel.get(this.number) ?? null);
  }

  // --- counting

  choose(index: number): void {
    if (index >= 0 && index < this.rules.length) this.chosen = index;
  }

  /** The digit keys: 1 to 9 choose a rule of the page, 0 turns the page. */
  digit(digit: number): void {
    if (digit > 0) return this.choose(this.page * PAGE + digit - 1);
    const next = (this.page + 1) * PAGE;
    this.choose(next < this.rules.length ? next : 0);
  }

  count(kind: string, second: boolean): void {
    const rule = this.rule;
    if (rule === undefined) return;
    if (!this.#isShown() || !this.shown) {
      this.problem = { message: 'Not counted: there is no picture yet.', remedy: 'Wait for it.' };
      return;
    }
    const crossing: HandCrossing = {
      ...{ line: rule.name, direction: wayOf(rule, second), road_user: kind, at_s: this.at },
      ...{ optional: false, key: crypto.randomUUID() },
    };
    this.saving = [...this.saving, crossing];
    this.#last = crossing.key;
    void this.#take([{ what: 'add', crossing }]).then((safe) => {
      this.saving = this.saving.filter(({ key }) => key !== crossing.key);
      if (safe) this.said = `${kind} ${crossing.line} ${crossing.direction} counted`;
    });
  }

  amend(crossing: HandCrossing): void {
    void this.#take([{ what: 'amend', crossing }]);
  }

  drop(key: string): void {
    void this.#take([{ what: 'drop', key }]);
  }

  /** The last count of this page was not sure, or was after all. */
  doubt(): void {
    void this.#queue.add('steps', () => this.#asked([])).then((tally) => {
      this.#know(tally);
      const crossing = this.tally.crossings.find(({ key }) => key === this.#last);
      if (crossing !== undefined) this.amend({ ...crossing, optional: !crossing.optional });
    });
  }

  declare(ways: readonly HandComplete[]): void {
    void this.#take([{ what: 'declare', ways }]);
  }

  async undo(): Promise<void> {
    try {
      const { undone, tally } = await this.#queue.add<Undone>('undo', () => ({ token: this.view?.token ?? '', tab: this.#tab }));
      this.#know(tally);
      this.said = undone ? 'Taken back.' : 'There is nothing to take back; delete it from the list.';
    } catch (error) {
      this.#complain(error);
    }
  }

  async turn(name: string): Promise<void> {
    this.pause();
    try {
      this.#begin(await this.#queue.add<SittingView>('turn', () => ({ name })));
    } catch (error) {
      this.#complain(error);
    }
  }

  /** Whether the steps are safe. A server that was started again for the same file is asked again. */
  async #take(steps: readonly Step[]): Promise<boolean> {
    const { view } = this;
    try {
      this.#know(await this.#send(view, steps));
    } catch (error) {
      if (error instanceof Refused && error.status === 409) await this.#open();
      const now = this.view;
      const again = now !== view && now?.name === view?.name && now?.file === view?.file;
      try {
        if (!again) throw error;
        this.#know(await this.#send(now, steps));
      } catch (refused) {
        this.#complain(refused);
        return false;
      }
    }
    if (steps.some(({ what }) => what !== 'watch')) this.problem = null; // what went wrong stays until the counter did something else
    return true;
  }

  #send(view: SittingView | null, steps: readonly Step[]): Promise<Tally> {
    return this.#queue.add('steps', () => ({ token: view?.token ?? '', tab: this.#tab, steps }));
  }

  #asked(steps: readonly Step[]): Asked {
    return { token: this.view?.token ?? '', tab: this.#tab, steps };
  }

  #know(tally: Tally): void {
    if (tally.version >= this.tally.version) this.tally = tally;
  }

  #complain(error: unknown): void {
    if (!(error instanceof Refused)) throw error;
    this.problem = { message: `Not saved: ${error.trouble.message}`, remedy: error.trouble.remedy };
    if (error.status === 409) void this.#open();
  }

  // --- what was watched

  #stretches(): [number, number][] {
    const { view, times } = this;
    if (view === null) return [];
    const [last, before] = [times.at(-1), times.at(-2)];
    let until: number | null = null;
    if (this.ended && last !== undefined && before !== undefined) {
      until = Math.min(view.until_s, last + 2 * (last - before)); // it stands for the time until the next would have come
    }
    return seenStretches(this.#path, times, view.from_s, until);
  }

  #tellWatched(): void {
    const stretches = this.#stretches();
    this.#path = this.#path.length > 0 ? [this.#path.at(-1) ?? null] : [];
    if (stretches.length > 0) void this.#take([{ what: 'watch', stretches }]);
  }

  #leave = (): void => {
    const stretches = this.#stretches();
    if (stretches.length === 0) return;
    const body = JSON.stringify(this.#asked([{ what: 'watch', stretches }]));
    void fetch('/api/v1/truth/steps', { method: 'POST', keepalive: true, headers: { 'Content-Type': 'application/json' }, body });
  };

  // --- the server

  async #open(): Promise<void> {
    try {
      const answer = await fetch('/api/v1/truth/sitting');
      if (answer.status === 404) {
        this.problem = { message: 'This server has nothing to count by hand.', remedy: "Start 'catseye truth CLIP'." };
        return;
      }
      if (!answer.ok) throw new Error(answer.statusText);
      this.#begin((await answer.json()) as SittingView);
    } catch {
      this.away = true;
      setTimeout(() => void this.#open(), 1000);
    }
  }

  #begin(view: SittingView): void {
    this.view = view;
    this.tally = view.tally;
    [this.times, this.ready, this.withheld, this.ended, this.trouble] = [[], [], new Map(), false, null];
    [this.number, this.shown, this.playing, this.#path, this.away] = [0, false, false, [], false];
    this.chosen = Math.min(this.chosen, Math.max(0, this.rules.length - 1));
    this.#resumed = false;
    void this.#poll();
  }

  #resumed = false;

  /** Begin where nobody has watched yet, once that picture is known. */
  #resume(): void {
    const { view, times } = this;
    if (view === null || times.length === 0 || this.#resumed) return;
    const first = unwatched(view.tally.watched, view.from_s, view.until_s)[0]?.[0] ?? view.from_s;
    if ((times.at(-1) ?? 0) < first && !this.ended) return;
    this.#resumed = true;
    this.seek(Math.max(first, times[0] ?? 0));
  }

  async #poll(): Promise<void> {
    const { view } = this;
    if (view === null || this.#polling) return;
    this.#polling = true;
    try {
      const known = this.times.length;
      const answer = await fetch(`/api/v1/truth/progress?known=${known}&at=${this.#resumed ? this.number : -1}`);
      if (!answer.ok) return;
      const told = (await answer.json()) as ProgressView;
      if (told.token !== view.token || this.view !== view) return void (this.view === view && this.#open());
      if (told.times_s.length > 0) this.times = [...this.times, ...told.times_s];
      this.ready = told.ready;
      if (told.withheld.length !== this.withheld.size) this.withheld = new Map(told.withheld.map(({ number, why }) => [number, why]));
      [this.ended, this.trouble, this.away] = [told.ended, told.trouble, false];
      this.#resume();
      if (!this.playing || !this.shown) this.#show(this.number);
      else this.#reel.around(view.token, this.number, (one) => this.isReady(one));
      if (told.version > this.tally.version && this.#queue.idle) await this.#refresh(view);
    } catch {
      this.away = true;
    } finally {
      this.#polling = false;
    }
  }

  /** Another page has changed the count. */
  async #refresh(view: SittingView): Promise<void> {
    const answer = await fetch('/api/v1/truth/sitting');
    const fresh = (await answer.json()) as SittingView;
    if (fresh.token === view.token) this.#know(fresh.tally);
  }
}
