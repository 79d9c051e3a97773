// docs/interop.md: written from a run, and compared with one. What is compared is every cell and every peer's series;
// the sentences about failures and the last part of a version may differ from run to run.
import type { Case, Result } from './cases/case.ts';
import { series, type Version } from './versions.ts';

/** What came of one gateway. */
export interface Run {
  readonly gateway: string;
  readonly links: readonly string[];
  readonly results: readonly Result[];
}

const SIGNS = { holds: '✓', fails: '✗', 'not-there': '–' } as const;

/** The page of a run. */
export function pageOf(
  cases: readonly Case[],
  runs: readonly Run[],
  versions: readonly Version[],
  notes: Readonly<Record<string, string>>,
): string {
  return [
    HEAD,
    '| peer | version |\n| --- | --- |',
    ...versions.map(({ peer, version }) => `| ${peer} | ${series(version)} (${version}) |`),
    ...runs.flatMap((run) => ['', ...sectionOf(cases, run, notes)]),
    '',
  ].join('\n');
}

function sectionOf(
  cases: readonly Case[],
  run: Run,
  notes: Readonly<Record<string, string>>,
): readonly string[] {
  const cell = (id: string, link: string): string =>
    SIGNS[run.results.find((one) => one.id === id && one.link === link)?.outcome ?? 'fails'];
  const rows = cases.map(
    ({ id, title }) =>
      `| \`${id}\` | ${escaped(title)} | ${run.links.map((link) => cell(id, link)).join(' | ')} |`,
  );
  return [
    `## ${run.gateway}`,
    '',
    ...(notes[run.gateway] === undefined ? [] : [notes[run.gateway] ?? '', '']),
    `| case | what should happen | ${run.links.join(' | ')} |`,
    `| --- | --- | ${run.links.map(() => '---').join(' | ')} |`,
    ...rows,
    ...failuresOf(run, notes),
    ...measuresOf(run),
  ];
}

/** Each failing case once, with the links it fails on, what was seen, and what is known about it. */
function failuresOf(run: Run, notes: Readonly<Record<string, string>>): readonly string[] {
  const failed = run.results.filter((one) => one.outcome === 'fails');
  const ids = [...new Set(failed.map((one) => one.id))];
  if (ids.length === 0) return [];
  const lines = ids.map((id) => {
    const of = failed.filter((one) => one.id === id);
    const note = notes[id] === undefined ? '' : ` ${notes[id]}`;
    const where =
      of.length === run.links.length ? 'everywhere' : of.map((one) => one.link).join(', ');
    return `- \`${id}\` (${where}): ${escaped(of[0]?.why ?? '')}.${note}`;
  });
  return ['', `What fails, and what was seen:`, '', ...lines];
}

/** What cases that hold have measured. */
function measuresOf({ results }: Run): readonly string[] {
  const lines = results
    .filter(({ outcome, why }) => outcome === 'holds' && why !== undefined)
    .map(({ id, link, why }) => `- \`${id}\` (${link}): ${escaped(why ?? '')}.`);
  return lines.length === 0 ? [] : ['', 'Measured in that run:', '', ...lines.toSorted()];
}

/** What must be the same on two pages: tables and headings, versions by their series. */
export function facts(page: string): readonly string[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('|') || line.startsWith('## '))
    .map((line) => line.replace(/ \([\d.]+\) \|$/, ' |'));
}

/** The lines of one that the other does not have. */
export function differences(page: string, anew: string): readonly string[] {
  const [was, is] = [facts(page), facts(anew)];
  return [
    ...was.filter((line) => !is.includes(line)).map((line) => `- ${line}`),
    ...is.filter((line) => !was.includes(line)).map((line) => `+ ${line}`),
  ];
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

const HEAD = `# With which peers it works

Made by \`npm run interop\` from a real run, compared with another run in \`.ci/run\`. Every case puts a gateway between a SIP domain and an
XMPP domain whose servers and clients are not ours: Kamailio is the SIP domain's proxy and registrar and SIPp its users, with people in Python
for presence and sessions; Prosody or ejabberd is the XMPP domain's server and slixmpp its users; dnsmasq answers for names. A session is an
INVITE and the MESSAGEs within its dialog; MSRP is not tried.

A column is a link: the XMPP server, and how it is joined. \`external\` is a server link over STARTTLS where certificates prove both
ends (SASL EXTERNAL), with mutual TLS to Kamailio, found by NAPTR and SRV. \`dialback\` is a server link where dialback proves both ends,
with TCP to Kamailio. \`direct\` is \`external\` over direct TLS (XEP-0368). \`component\` is XEP-0114, with UDP to Kamailio.

✓ holds · ✗ fails · – cannot be tried on this link. Cases of presence in which a server or the gateway ends may be tried twice: how soon
servers notice an end is not theirs to promise. In the comparing run a case that fails though it holds here is put once more to a world of
its own, and the run says so.

The page is true as long as every cell and every peer's release series is: a newer package of the same series that gives the same cells
changes nothing, another series or another cell wants a new page. A single case: \`npm run interop -- --link prosody-external subject\`.
`;
