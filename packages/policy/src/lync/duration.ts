// Seconds in the forms that cmdlets give them: a number, a duration of XML Schema (Clixml's TS), d.hh:mm:ss, or the
// object that ConvertTo-Json makes of a TimeSpan.
import type { LyncValue } from './value.ts';

/** Seconds, maybe with a fraction; undefined for what is no duration. */
export function durationOf(value: LyncValue): number | undefined {
  if (value.kind === 'object') return totalOf(value.members.get('TotalSeconds'));
  if (value.kind !== 'scalar') return undefined;
  if (typeof value.value === 'number') return value.value;
  return typeof value.value === 'string' ? written(value.value) : undefined;
}

function totalOf(total: LyncValue | undefined): number | undefined {
  return total?.kind === 'scalar' && typeof total.value === 'number' ? total.value : undefined;
}

function written(text: string): number | undefined {
  const parts = ISO.exec(text) ?? CLOCK.exec(text);
  if (parts === null || text.endsWith('T') || text === 'P') return undefined;
  const [days = '0', hours = '0', minutes = '0', seconds = '0'] = parts.slice(1);
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}

const ISO = /^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,7})?)S)?)?$/;
const CLOCK = /^(?:(\d{1,6})\.)?(\d{1,2}):(\d{2}):(\d{2}(?:\.\d{1,7})?)$/;
