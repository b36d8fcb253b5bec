// Kinds of road user: how each is named and coloured.
//
// The hues are those of Okabe and Ito, which stay apart for people with any colour blindness; they are lightened for use on a
// picture and on the dark page, darkened on the light page. No kind is told by its colour alone: its name always stands by.

export interface Kind {
  readonly name: string;
  readonly plural: string;
  /** On the picture and the dark page. */
  readonly bright: string;
  /** On the light page. */
  readonly deep: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  pedestrian: { name: 'pedestrian', plural: 'pedestrians', bright: '#f3e55c', deep: '#b79d00' },
  bicycle: { name: 'cyclist', plural: 'cyclists', bright: '#2fd0a2', deep: '#008f68' },
  motorcycle: { name: 'motorcycle', plural: 'motorcycles', bright: '#f09fce', deep: '#b5508a' },
  two_wheeler: { name: 'two-wheeler', plural: 'two-wheelers', bright: '#a9ead6', deep: '#4f8f7e' },
  car: { name: 'car', plural: 'cars', bright: '#67c1f5', deep: '#2f93cf' },
  van: { name: 'van', plural: 'vans', bright: '#a3a7ff', deep: '#4a55c4' },
  truck: { name: 'truck', plural: 'trucks', bright: '#f5a623', deep: '#c77700' },
  bus: { name: 'bus', plural: 'buses', bright: '#ff7d55', deep: '#c8481a' },
  vehicle: { name: 'vehicle', plural: 'vehicles', bright: '#c4ced9', deep: '#66727f' },
};

/** The order in which kinds are listed and stacked. */
export const ORDER: readonly string[] = Object.keys(KINDS);

/** A kind by its name in the feed; one the page does not know is shown as it is called. */
export function kindOf(roadUser: string): Kind {
  return KINDS[roadUser] ?? { name: roadUser, plural: roadUser, bright: '#c4ced9', deep: '#66727f' };
}

/** Volumes by kind, in the listing order, without the kinds that were not counted. */
export function listed(volumes: Readonly<Record<string, number>>): [string, number][] {
  const rank = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return Object.entries(volumes)
    .filter(([, volume]) => volume > 0)
    .sort(([a], [b]) => rank(a) - rank(b));
}

/** "9 cars, 1 bus" */
export function sentence(volumes: Readonly<Record<string, number>>): string {
  return listed(volumes)
    .map(([roadUser, volume]) => `${volume} ${volume === 1 ? kindOf(roadUser).name : kindOf(roadUser).plural}`)
    .join(', ');
}

export function total(volumes: Readonly<Record<string, number>> | undefined): number {
  return Object.values(volumes ?? {}).reduce((sum, volume) => sum + volume, 0);
}
