// The command line as values: which command, over which files, about which crossing, with which facts.
import { parseArgs } from 'node:util';
import { TRAFFIC, type Mark, type Query, type Traffic } from '@interwork/policy';

/** What is asked for. */
export interface Wish {
  readonly command: Command;
  readonly files: readonly string[];
  readonly json: boolean;
  /** The crossing, where the command is about one. */
  readonly query: Query | undefined;
  /** A file of facts, and those given one by one, in its form. */
  readonly factsFile: string | undefined;
  readonly facts: GivenFacts;
  readonly localDomains: readonly string[];
  /** The groups somebody is in, and a file of roles beside Lync's own. */
  readonly groups: readonly string[];
  readonly rolesFile: string | undefined;
  /** The file or folder to write to. */
  readonly out: string | undefined;
}

export type Command = (typeof COMMAND_NAMES)[number];

/** Facts in the form of a facts file. */
export interface GivenFacts {
  readonly srv: Readonly<Record<string, readonly string[]>>;
  readonly grants: Readonly<Record<string, { readonly policy: string }>>;
  readonly relations: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const COMMAND_NAMES = [
  'check',
  'explain',
  'what-if',
  'diff',
  'audit',
  'import',
  'export',
  'may',
] as const;

export const USAGE = `usage: policy-tool COMMAND FILE ... [--json]
  check POLICY            does it load, and what is odd in it
  explain POLICY QUERY    is a crossing permitted, why, and what would have to change
  what-if POLICY QUERY    which changes flip that, each one tried
  diff OLD NEW            what a new document changes
  audit POLICY            what a security officer should look at
  import FILE ...         Get-Cs… exports (JSON, Clixml) to a policy [--local-domain D]
                          [--out POLICY]
  export POLICY           the PowerShell script of a policy, or with --out DIR all files
  may ACTION --group G    whether somebody in these groups may edit, publish, set-up-edge,
                          change-access, check-replication [--roles ROLES.json]
QUERY: --from [USER@]D --to [USER@]D [--via sip|xmpp] [--toward sip|xmpp] [--traffic message]
  [--mark verified|unverified] [--peer-name HOST] [--address IP]
  what is known: [--facts FILE.json] [--srv D=HOST,...] [--grant USER@D=POLICY]
  [--relation USER@D=OTHER@D=added]`;

const TEXT = { type: 'string' } as const;
const TEXTS = { type: 'string', multiple: true, default: [] as string[] } as const;
const OPTIONS = {
  json: { type: 'boolean', default: false },
  from: TEXT,
  to: TEXT,
  via: { type: 'string', default: 'sip' },
  toward: TEXT,
  traffic: { type: 'string', default: 'message' },
  mark: TEXT,
  address: TEXT,
  'peer-name': TEXTS,
  facts: TEXT,
  srv: TEXTS,
  grant: TEXTS,
  relation: TEXTS,
  'local-domain': TEXTS,
  group: TEXTS,
  roles: TEXT,
  out: TEXT,
} as const;

/** What is asked for; throws an Error with a sentence for people. */
export function readWish(args: readonly string[]): Wish {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: OPTIONS,
  });
  const [word = '', ...files] = positionals;
  const command = COMMAND_NAMES.find((name) => name === word);
  if (command === undefined)
    throw new Error(word === '' ? 'No command.' : `${word} is no command.`);
  checkFiles(command, files);
  return {
    command,
    files,
    json: values.json,
    query: ASKING.has(command) ? queryOf(values) : undefined,
    factsFile: values.facts,
    facts: {
      srv: Object.fromEntries(values.srv.map(recordOf)),
      grants: Object.fromEntries(values.grant.map(grantOf)),
      relations: Object.fromEntries(values.relation.map(relationOf)),
    },
    localDomains: values['local-domain'],
    groups: values.group,
    rolesFile: values.roles,
    out: values.out,
  };
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

function checkFiles(command: Command, files: readonly string[]): void {
  const wanted = command === 'diff' ? 2 : 1;
  if (command === 'import' ? files.length >= 1 : files.length === wanted) return;
  throw new Error(`${command} wants ${command === 'import' ? 'files' : `${wanted} file(s)`}.`);
}

function queryOf(values: Values): Query {
  const { from, to, address, mark, toward } = values;
  if (from === undefined || to === undefined) throw new Error('A crossing has --from and --to.');
  const [sender, recipient] = [endOf(from), endOf(to)];
  const names = values['peer-name'] ?? [];
  return {
    from: sender.domain,
    to: recipient.domain,
    via: oneOf(values.via ?? '', SIDES, 'side'),
    ...(toward === undefined ? {} : { toward: oneOf(toward, SIDES, 'side') }),
    traffic: oneOf<Traffic>(values.traffic ?? '', TRAFFIC, 'traffic'),
    ...(sender.user === undefined ? {} : { fromUser: sender.user }),
    ...(recipient.user === undefined ? {} : { toUser: recipient.user }),
    ...(address === undefined ? {} : { address }),
    ...(names.length === 0 ? {} : { peerNames: names }),
    ...(mark === undefined ? {} : { mark: oneOf<Mark>(mark, MARKS, 'mark') }),
  };
}

function endOf(text: string): { readonly domain: string; readonly user?: string } {
  const at = text.lastIndexOf('@');
  return at === -1 ? { domain: text } : { domain: text.slice(at + 1), user: text.slice(0, at) };
}

function oneOf<T extends string>(text: string, words: readonly T[], what: string): T {
  const found = words.find((word) => word === text);
  if (found === undefined) throw new Error(`${text} is no ${what}: ${words.join(', ')}.`);
  return found;
}

function recordOf(text: string): [string, readonly string[]] {
  const [domain, hosts] = parts(text, 2);
  return [domain ?? '', (hosts ?? '').split(',').filter((host) => host !== '')];
}

function grantOf(text: string): [string, { policy: string }] {
  const [user, policy] = parts(text, 2);
  return [user ?? '', { policy: policy ?? '' }];
}

function relationOf(text: string): [string, Record<string, string>] {
  const [user, other, word] = parts(text, 3);
  return [user ?? '', { [other ?? '']: word ?? '' }];
}

function parts(text: string, count: number): readonly string[] {
  const found = text.split('=');
  if (found.length !== count) throw new Error(`${text} should have ${count - 1} "=".`);
  return found;
}

const ASKING: ReadonlySet<Command> = new Set(['explain', 'what-if']);
const SIDES = ['sip', 'xmpp'] as const;
const MARKS = ['verified', 'unverified'] as const;
