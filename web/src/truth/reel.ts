// Fetches pictures around the one that is shown, and keeps those alone.

const AHEAD = 30;
const BEHIND = 12;
const AT_ONCE = 4;

export class Reel {
  #kept = new Map<number, ImageBitmap>();
  #coming = new Set<number>();
  #token = '';

  /** `arrived` is called when a picture came that was not there. */
  constructor(readonly arrived: (number: number) => void) {}

  get(number: number): ImageBitmap | undefined {
    return this.#kept.get(number);
  }

  /** Have the pictures around `number` of a sitting, as far as `isReady`. */
  around(token: string, number: number, isReady: (number: number) => boolean): void {
    if (token !== this.#token) {
      for (const picture of this.#kept.values()) picture.close();
      this.#kept.clear();
      this.#coming.clear();
      this.#token = token;
    }
    for (const [key, picture] of this.#kept) {
      if (key < number - BEHIND || key > number + AHEAD) {
        picture.close();
        this.#kept.delete(key);
      }
    }
    for (let near = number; near <= number + AHEAD && this.#coming.size < AT_ONCE; near++) this.#fetch(near, isReady);
    for (let near = number - 1; near >= number - BEHIND && this.#coming.size < AT_ONCE; near--) this.#fetch(near, isReady);
  }

  #fetch(number: number, isReady: (number: number) => boolean): void {
    if (number < 0 || this.#kept.has(number) || this.#coming.has(number) || !isReady(number)) return;
    const token = this.#token;
    this.#coming.add(number);
    void fetch(`/api/v1/truth/pictures/${token}/${number}`)
      .then((answer) => (answer.ok ? answer.blob() : Promise.reject(new Error(answer.statusText))))
      .then((blob) => createImageBitmap(blob))
      .then((picture) => {
        if (token !== this.#token) return picture.close();
        this.#kept.set(number, picture);
        this.arrived(number);
      })
      .catch(() => undefined) // it made room meanwhile; it is asked for again
      .finally(() => {
        if (token === this.#token) this.#coming.delete(number);
      });
  }
}
