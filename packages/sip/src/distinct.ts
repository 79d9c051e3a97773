// Parameters being read, of which each name may stand once. Few are compared with each other; many are looked up, so that
// a value full of them costs what its length costs.
import { MAX_PARAMS } from './limits.ts';
import { type Param, param } from './message.ts';

/** Parameters with distinct names, while they are read. */
export interface Distinct {
  params: Param[];
  /** Their names, once there are many. */
  names: Set<string> | undefined;
}

/** Adds one; false when its name is there already, or there is no room. */
export function addDistinct(read: Distinct, name: string, value: string | undefined): boolean {
  const { params, names } = read;
  if (params.length === MAX_PARAMS) return false;
  if (names === undefined ? param(params, name) !== undefined : names.has(name)) return false;
  // One is what there mostly is, and a list that is pushed to has room for many.
  if (params.length === 0) read.params = [{ name, value }];
  else params.push({ name, value });
  if (names !== undefined) names.add(name);
  else if (params.length === MANY) read.names = new Set(params.map((one) => one.name));
  return true;
}

const MANY = 8;
