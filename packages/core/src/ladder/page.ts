// Ladders as one page of HTML that needs nothing but itself: no script, no font, no picture, nothing from elsewhere, which
// its own security policy says too. An arrow opens: what was sent on both sides, one beside the other, and why it ended so.
import { MisuseError } from '../misuse.ts';
import {
  type Arrow,
  type Ladder,
  type Note,
  type Rail,
  stepsOf,
  type Told,
  type Wire,
} from './ladder.ts';
import { html, joined, type Markup, text } from './markup.ts';
import { MOST_RAILS, STYLE, STYLE_DIGEST } from './style.ts';
import { GATEWAY } from './rails.ts';
import { isBad, whyInOne, whyInRows } from './why.ts';

/** One ladder of a page. */
export interface PageSection {
  readonly title: string;
  readonly ladder: Ladder;
  /** What is to be said of it in the end, and whether it went as it should. */
  readonly verdict?: { readonly good: boolean; readonly text: string };
}

/** What a page is made of. */
export interface PageOptions {
  readonly title: string;
  /** A sentence under the title. */
  readonly about?: string;
  readonly sections: readonly PageSection[];
}

/** The page. A ladder of more rails than can stand beside each other is misuse. */
export function ladderPage({ title, about = ABOUT, sections }: PageOptions): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<h1>${title}</h1>
<p class="lead">${about}</p>
${sections.map(section)}
</body>
</html>
`.html;
}

function section({ title, ladder, verdict }: PageSection): Markup {
  const { rails, steps } = ladder;
  if (rails.length > MOST_RAILS)
    throw new MisuseError('too-many-rails', `at most ${MOST_RAILS} rails stand beside each other`);
  const drawing = new Drawing(ladder);
  const end =
    verdict === undefined
      ? text('')
      : html`<p class="${verdict.good ? 'verdict' : 'verdict bad'}">${verdict.good ? '✔' : '✘'} ${verdict.text}</p>`;
  return html`<section class="scene n${rails.length}">
<h2>${title}</h2>
<div class="heads">${rails.map(head)}</div>
${steps.map((step) => drawing.step(step))}
${end}
</section>
`;
}

function head({ lines: [name = '', ...rest] }: Rail): Markup {
  return html`<div><b>${name}</b>${rest.map((line) => html`${line}<br>`)}</div>`;
}

class Drawing {
  readonly #ladder: Ladder;
  readonly #places: ReadonlyMap<string, number>;
  readonly #start: number;

  constructor(ladder: Ladder) {
    this.#ladder = ladder;
    this.#places = new Map(ladder.rails.map(({ id }, at) => [id, at]));
    this.#start = ladder.steps[0]?.at ?? 0;
  }

  step(step: Arrow | Note | Told): Markup {
    if (step.kind === 'arrow') return this.#arrow(step);
    if (step.kind === 'told') return told(step);
    return html`<div class="row"><div class="note p${this.#place(step.rail)}"><span>${bdi(step.text)}</span></div></div>
`;
  }

  #arrow(arrow: Arrow): Markup {
    const [from, to] = [this.#place(arrow.from), this.#place(arrow.to)];
    const span = from < to ? `right p${from}-${to}` : `left p${to}-${from}`;
    const after = arrow.at - this.#start;
    return html`<details class="${arrow.failed ? 'bad' : 'good'}"><summary class="row"><span class="arrow ${span}">${bdi(arrow.text)}</span><span class="time">+${Math.round(after)} ms</span></summary>
${this.#panel(arrow)}</details>
`;
  }

  #side({ wire, from, to, at, peer }: Arrow, isHere: boolean): Markup {
    const [one, other] = [this.#nameOf(from), this.#nameOf(to)];
    const name = wire === undefined ? 'Connection' : wire.side.toUpperCase();
    const known = peer === undefined ? [] : [html`<p>Peer: ${bdi(peer)}</p>`];
    return html`<div class="${isHere ? 'here' : 'there'}"><h3>${name}: ${one} → ${other}</h3><pre>${bdi(shownOf(wire))}</pre>${known}<p>At ${instant(at)}</p></div>`;
  }

  #nameOf(id: string): string {
    return this.#ladder.rails[this.#place(id)]?.lines[0] ?? id;
  }

  #place(id: string): number {
    return this.#places.get(id) ?? 0;
  }

  /** Both sides of it, and everything that was said of its crossing. */
  #panel(arrow: Arrow): Markup {
    const others = arrow.crossing === 0 ? [] : stepsOf(this.#ladder, arrow.crossing);
    const end = others.filter((step) => step.kind === 'told');
    const mine = this.#side(arrow, true);
    const twin = counterpartOf(arrow, others);
    const theirs = twin === undefined ? NOTHING_THERE : this.#side(twin, false);
    const isSip = arrow.wire?.side !== 'xmpp';
    return html`<div class="panel"><div class="sides">${isSip ? [mine, theirs] : [theirs, mine]}</div>${end.map(rows)}</div>`;
  }
}

/**
 * What was sent on the other side: what came of it where it came in, what it came of where it left; or else whatever is
 * nearest.
 */
function counterpartOf(arrow: Arrow, steps: readonly (Arrow | Note | Told)[]): Arrow | undefined {
  const arrows = steps.filter((step) => step.kind === 'arrow');
  const at = Math.max(0, arrows.indexOf(arrow));
  const [before, after] = [arrows.slice(0, at).toReversed(), arrows.slice(at + 1)];
  const isOther = (other: Arrow): boolean =>
    other.wire !== undefined && legOf(other) !== legOf(arrow);
  const cameIn = arrow.to === GATEWAY;
  const isTwin = (other: Arrow): boolean => isOther(other) && (other.to === GATEWAY) !== cameIn;
  const [first, then] = cameIn ? [after, before] : [before, after];
  return first.find(isTwin) ?? then.find(isTwin) ?? [...first, ...then].find(isOther);
}

/** A protocol and the rail that is not the gateway's. */
function legOf({ from, to, wire }: Arrow): string {
  return `${wire?.side ?? ''} ${[from, to].toSorted().join(' ')}`;
}

function shownOf(wire: Wire | undefined): string {
  return wire?.text ?? 'Nothing was read from it.';
}

function told(step: Told): Markup {
  const bad = isBad(step.trace) ? 'why bad' : 'why';
  return html`<details class="${bad}"><summary><b>why</b> ${bdi(whyInOne(step.trace))}</summary>
<div class="panel">${rows(step)}</div></details>
`;
}

function rows({ trace }: Told): Markup {
  return html`<dl>${whyInRows(trace).map(({ name, value }) => html`<dt>${name}</dt><dd>${bdi(value)}</dd>`)}</dl>`;
}

/** Text of others, whose direction of reading ends with it. */
function bdi(value: string): Markup {
  return html`<bdi>${value}</bdi>`;
}

/** By the clock of the gateway, to the millisecond. */
function instant(at: number): string {
  return Math.abs(at) <= LAST_DAY ? new Date(Math.round(at)).toISOString() : String(at);
}

const POLICY: Markup = {
  html: `default-src 'none'; style-src 'sha256-${STYLE_DIGEST}'; base-uri 'none'; form-action 'none'`,
};
const LAST_DAY = 8.64e15;
const ABOUT =
  'What passed the gateway, and why it ended so. Open an arrow to see both sides of it.';
const NOTHING_THERE: Markup = joined([
  html`<div class="there"><h3>Other side</h3><p>Nothing was sent there for it.</p></div>`,
]);
