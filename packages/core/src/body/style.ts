// A style attribute cut down to what text may say of itself: ten properties, and of their values the plain
// forms only. Whatever has a comment, an escape, a function but a colour's, or `!important` is no plain form.

/** What is left of a style, and whether something was left out. */
export interface Style {
  /** Normalised; `undefined` when nothing is left. */
  readonly text: string | undefined;
  readonly complete: boolean;
}

/**
 * The declarations that pass, each property once, the last one counting.
 * @spec XEP-0071 §7.6.1
 */
export function styleOf(text: string): Style {
  const kept = new Map<string, string>();
  const declarations = text.split(';').filter((one) => one.trim() !== '');
  let complete = declarations.length <= MAX_DECLARATIONS;
  for (const declaration of declarations.slice(0, MAX_DECLARATIONS)) {
    const colon = declaration.indexOf(':');
    const name = declaration.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    const value = valueOf(name, declaration.slice(colon + 1).trim());
    if (value === undefined) complete = false;
    else kept.set(name, value);
  }
  return { text: kept.size === 0 ? undefined : written(kept), complete };
}

function written(kept: ReadonlyMap<string, string>): string {
  return [...kept].map(([name, value]) => `${name}: ${value}`).join('; ');
}

function valueOf(name: string, value: string): string | undefined {
  const shape = Object.hasOwn(VALUES, name) ? VALUES[name] : undefined;
  return shape !== undefined && value.length <= MAX_VALUE && shape.test(value) ? value : undefined;
}

const COLOR =
  /^(?:[a-z]{3,24}|#(?:[0-9a-f]{3}|[0-9a-f]{6})|rgb\( ?[0-9]{1,3}%?(?: ?, ?[0-9]{1,3}%?){2} ?\))$/i;
const LENGTH = '[0-9]{1,3}(?:\\.[0-9]{1,3})?(?:px|pt|pc|em|ex|in|cm|mm|%)';
const MARGIN = new RegExp(`^(?:0|auto|${LENGTH})$`, 'i');
const SIZE = '(?:xx-small|x-small|small|medium|large|x-large|xx-large|smaller|larger)';
const FAMILY = `(?:"[\\w -]{1,48}"|'[\\w -]{1,48}'|[a-z][\\w-]{0,47}(?: [\\w-]{1,48}){0,5})`;
const LINES = '(?:underline|overline|line-through)';

/** Each property with what may stand in it. */
const VALUES: Readonly<Record<string, RegExp>> = {
  'background-color': COLOR,
  color: COLOR,
  'font-family': new RegExp(`^${FAMILY}(?: ?, ?${FAMILY}){0,7}$`, 'i'),
  'font-size': new RegExp(`^(?:${SIZE}|${LENGTH})$`, 'i'),
  'font-style': /^(?:normal|italic|oblique)$/i,
  'font-weight': /^(?:normal|bold|bolder|lighter|[1-9]00)$/i,
  'margin-left': MARGIN,
  'margin-right': MARGIN,
  'text-align': /^(?:left|right|center|justify)$/i,
  'text-decoration': new RegExp(`^(?:none|${LINES}(?: ${LINES}){0,2})$`, 'i'),
};

/** Declarations looked at in one style: three times as many as there are properties. */
const MAX_DECLARATIONS = 30;
/** Characters of a value: eight font names. */
const MAX_VALUE = 256;
