// Which of several parts is the message: of alternatives the best that is understood, of a mixture the first.
// How one part is read is handed in (content.ts).
import { param } from '@interwork/sip';
import type { Part } from '../body/mime.ts';
import { type Loss, type Refusal, refused } from '../translation.ts';
import type { ReadBody } from './content.ts';

type Read = (part: Part) => ReadBody | Refusal;

/**
 * The last part that is understood; of a text and a rich rendering both.
 * @spec RFC 2046 §5.1.4
 */
export function alternativeOf(parts: readonly Part[], read: Read): ReadBody | Refusal {
  const bodies = parts.map(read);
  const understood = bodies.filter((body) => body.kind === 'body').toReversed();
  const best = understood[0];
  if (best === undefined) return lastRefusal(bodies);
  const others = parts.filter((_part, at) => bodies[at]?.kind === 'refusal').map(lostPart);
  const rich = understood.find((body) => body.rich !== undefined);
  const plain = understood.find((body) => body.rich === undefined && body.text !== '');
  if (rich === undefined || plain === undefined)
    return { ...best, lost: [...best.lost, ...others] };
  const lost = [...plain.lost, ...rich.lost, ...others];
  return { ...best, ...plain, ...(rich.rich && { rich: rich.rich }), lost };
}

/**
 * The first part that is understood; the others are lost, unless one of them says that it may not be.
 * @spec RFC 5621 §8
 */
export function firstOf(parts: readonly Part[], read: Read): ReadBody | Refusal {
  const bodies = parts.map(read);
  const at = bodies.findIndex((body) => body.kind === 'body');
  const first = bodies[at];
  const needed = bodies.find((body, i) => body.kind === 'refusal' && isRequired(parts[i] as Part));
  if (needed !== undefined) return needed;
  if (first === undefined || first.kind === 'refusal') return lastRefusal(bodies);
  const others = parts.filter((_part, i) => i !== at).map(lostPart);
  return { ...first, lost: [...first.lost, ...others] };
}

function lastRefusal(bodies: readonly (ReadBody | Refusal)[]): Refusal {
  const last = bodies.findLast((body) => body.kind === 'refusal');
  return last?.kind === 'refusal' ? last : refused('malformed-body');
}

function isRequired({ headers }: Part): boolean {
  const disposition = headers.contentDisposition;
  if (disposition === undefined || !('value' in disposition)) return false;
  return param(disposition.params, 'handling')?.toLowerCase() === 'required';
}

function lostPart({ headers }: Part): Loss {
  const type = headers.contentType;
  const name = type === undefined || 'kind' in type ? 'unknown' : `${type.type}/${type.subtype}`;
  return { what: `part:${name}`.slice(0, 64), spec: 'RFC 2046 §5.1.3' };
}
