// Reads numbers as people write and paste them.

/** A number with a decimal point or comma; null where the text is none. */
export function numberOf(text: string): number | null {
  const plain = text.trim().replace(/^([^.,]*),([^.,]*)$/, '$1.$2');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}

/** Both numbers of a pasted pair, such as '51.50072, -0.12683' of a map; null where it is no pair. '51,5' is one number. */
export function pairOf(text: string): [string, string] | null {
  if (numberOf(text) !== null) return null;
  const found = text.trim().match(/^\(?\s*([+-]?\d+(?:\.\d+)?)\s*(?:[,;]\s*|\s+)([+-]?\d+(?:\.\d+)?)\s*\)?$/);
  return found?.[1] !== undefined && found[2] !== undefined ? [found[1], found[2]] : null;
}
