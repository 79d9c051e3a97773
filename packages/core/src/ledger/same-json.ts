// Whether two values are the same once they are written as JSON. It ends at the first difference and makes no text of
// either: a step of a record mostly changes a number near its end.

/** Fields that are `undefined` are as good as not there; the order of fields does not count. */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object') return false;
  if (one === null || other === null || Array.isArray(one) !== Array.isArray(other)) return false;
  return hasAllOf(one, other, true) && hasAllOf(other, one, false);
}

/** Whether every field of one is in the other; `deep`: with the same value. */
function hasAllOf(one: object, other: object, deep: boolean): boolean {
  for (const name in one) {
    const value = (one as Fields)[name];
    if (value === undefined) continue;
    const against = (other as Fields)[name];
    if (deep ? !isSameJson(value, against) : against === undefined) return false;
  }
  return true;
}

type Fields = Readonly<Record<string, unknown>>;
