// Instants come as integer nanoseconds; JSON.parse rounds them to a quarter of a microsecond, which no screen can tell.

export const toMs = (ns: number): number => ns / 1e6;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(timezone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = timezone + JSON.stringify(options);
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hourCycle: 'h23', ...options });
    formats.set(key, made);
  }
  return made;
}

/** 08:15 in the stream's civil time */
export const hourMinute = (ns: number, timezone: string): string =>
  format(timezone, { hour: '2-digit', minute: '2-digit' }).format(toMs(ns));

/** 08:15:07 */
export const clockTime = (ns: number, timezone: string): string =>
  format(timezone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(toMs(ns));

/** Mon 23 Nov 2026 */
export const day = (ns: number, timezone: string): string =>
  format(timezone, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(toMs(ns));

/** 45 s, 12 min, 3 h 05 min */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
