// Where the cameras stand, as a plan: an equirectangular projection about their middle, true to shape over a town.

import type { CameraView, Place } from './schema';

export interface Spot {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** The view on the ground, as the path of a sector; empty where it is not known. */
  readonly view: string;
}

export interface Plan {
  readonly width: number;
  readonly height: number;
  readonly metresPerUnit: number;
  readonly spots: readonly Spot[];
}

const M_PER_DEGREE = 111_320;
const USUAL_REACH_M = 40;
const WIDTH = 1000;
const LEAST_M = 300;
const MARGIN = 60;

/** The cameras that have a place, on a plan 1000 wide. */
export function planOf(cameras: readonly CameraView[]): Plan {
  const placed = cameras.flatMap((camera) => (camera.place === null ? [] : [{ name: camera.name, place: camera.place }]));
  if (placed.length === 0) return { width: WIDTH, height: 0, metresPerUnit: 1, spots: [] };
  const longitudes = placed.map(({ place }) => place.point[0]);
  const latitudes = placed.map(({ place }) => place.point[1]);
  const middle = [mid(longitudes), mid(latitudes)] as const;
  const perLongitude = M_PER_DEGREE * Math.cos((middle[1] * Math.PI) / 180);
  const acrossM = Math.max(span(longitudes) * perLongitude, LEAST_M);
  const upM = Math.max(span(latitudes) * M_PER_DEGREE, LEAST_M * 0.5);
  const metresPerUnit = Math.max(acrossM / (WIDTH - 2 * MARGIN), upM / 520);
  const height = upM / metresPerUnit + 2 * MARGIN;
  const spots = placed.map(({ name, place }) => {
    const x = WIDTH / 2 + ((place.point[0] - middle[0]) * perLongitude) / metresPerUnit;
    const y = height / 2 - ((place.point[1] - middle[1]) * M_PER_DEGREE) / metresPerUnit;
    return { name, x, y, view: sector(x, y, place, metresPerUnit) };
  });
  return { width: WIDTH, height, metresPerUnit, spots };
}

function sector(x: number, y: number, place: Place, metresPerUnit: number): string {
  if (place.heading_deg === null || place.field_of_view_deg === null) return '';
  const reach = Math.max((place.reach_m ?? USUAL_REACH_M) / metresPerUnit, 22);
  const at = (degrees: number) => {
    const turn = (degrees * Math.PI) / 180;
    return `${(x + reach * Math.sin(turn)).toFixed(1)} ${(y - reach * Math.cos(turn)).toFixed(1)}`;
  };
  const half = Math.min(place.field_of_view_deg, 359) / 2;
  const large = half > 90 ? 1 : 0;
  return `M ${x.toFixed(1)} ${y.toFixed(1)} L ${at(place.heading_deg - half)} A ${reach.toFixed(1)} ${reach.toFixed(1)} 0 ${large} 1 ${at(place.heading_deg + half)} Z`;
}

/** A round length in metres that is drawn 90 to 220 units long. */
export function barOf(metresPerUnit: number): number {
  const most = 220 * metresPerUnit;
  const power = 10 ** Math.floor(Math.log10(most));
  return [5, 2, 1].map((times) => times * power).find((length) => length <= most) ?? power;
}

const mid = (values: readonly number[]): number => (Math.min(...values) + Math.max(...values)) / 2;
const span = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
