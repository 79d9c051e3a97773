// A ladder as a sequence diagram of Mermaid, for pages that draw those. Whatever a peer has sent is text in it: every
// character that means something to Mermaid is written by its number.
import type { Ladder, Step } from './ladder.ts';
import { whyInOne } from './why.ts';

/** The diagram. */
export function ladderMermaid({ rails, steps }: Ladder): string {
  const places = new Map(rails.map(({ id }, at) => [id, `r${at}`]));
  const placeOf = (id: string): string => places.get(id) ?? 'r0';
  const participants = rails.map(
    ({ id, lines }) => `  participant ${placeOf(id)} as ${lines.map(plain).join('<br/>')}`,
  );
  const whole = places.size > 1 ? `r0,r${places.size - 1}` : 'r0';
  return ['sequenceDiagram', ...participants, ...steps.map((step) => line(step, placeOf, whole))]
    .join('\n')
    .concat('\n');
}

function line(step: Step, placeOf: (id: string) => string, whole: string): string {
  switch (step.kind) {
    case 'arrow': {
      const head = step.failed ? '--x' : '->>';
      return `  ${placeOf(step.from)}${head}${placeOf(step.to)}: ${plain(step.text)}`;
    }
    case 'note':
      return `  Note over ${placeOf(step.rail)}: ${plain(step.text)}`;
    case 'told':
      return `  Note over ${whole}: ${plain(whyInOne(step.trace))}`;
  }
}

/** Letters, digits and what is harmless between them stay; the rest is its code point. An empty text is a blank. */
function plain(text: string): string {
  let out = '';
  for (const char of text) out += PLAIN.test(char) ? char : `#${char.codePointAt(0) ?? 0};`;
  return out === '' ? '#32;' : out;
}

const PLAIN = /[\p{L}\p{N}\p{M} .,/@_=()·…-]/u;
