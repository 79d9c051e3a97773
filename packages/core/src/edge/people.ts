// Who speaks to whom, as SIP addresses: a user part as it is written and a domain as names are compared. What a
// connection proves of it is not decided here.
import {
  type Headers,
  isFault,
  parseMailbox,
  parseNameAddr,
  percentDecode,
  type Uri,
} from '@interwork/sip';
import { normalizeDomain } from '@interwork/xmpp';

/** One end of a request. */
export interface Person {
  /** As in a URI, escapes kept; `undefined` for a domain alone. */
  readonly user: string | undefined;
  /** An A-label. */
  readonly domain: string;
}

/** The person a URI names; `undefined` where it names no domain. */
export function personOf(uri: Uri): Person | undefined {
  if (uri.kind === 'sip') return personAt(uri.user, uri.host);
  const mailbox = parseMailbox(uri.text);
  if (isFault(mailbox)) return undefined;
  return personAt(encodeURIComponent(mailbox.user), mailbox.host);
}

function personAt(user: string | undefined, host: string): Person | undefined {
  const domain = normalizeDomain(host);
  return domain === undefined ? undefined : { user, domain };
}

/** The user part without its escapes, as policy wants it; `undefined` for a domain alone. */
export function plainUser({ user }: Person): string | undefined {
  if (user === undefined) return undefined;
  const plain = percentDecode(user);
  return typeof plain === 'string' ? plain : user;
}

/** The address for tokens and traces. */
export function addressOf({ user, domain }: Person): string {
  return user === undefined ? domain : `${user}@${domain}`;
}

/**
 * The domains that a request's asserted identities name beside the sender's own: each must be that one.
 * @spec RFC 3325 §9.1
 */
export function assertsAnother(headers: Headers, sender: Person): boolean {
  for (const line of headers.all('P-Asserted-Identity')) {
    for (const uri of urisIn(line)) {
      const asserted = personOf(uri);
      if (uri.scheme !== 'tel' && asserted?.domain !== sender.domain) return true;
    }
  }
  return false;
}

/** What cannot be read names nobody, and so another. */
function urisIn(line: string): readonly Uri[] {
  const uris: Uri[] = [];
  for (const part of line.includes('<') ? line.split('>') : [line]) {
    const start = part.indexOf('<');
    const text = start < 0 ? part : `${part.slice(start)}>`;
    if (start < 0 && line.includes('<')) continue;
    const address = parseNameAddr(text);
    uris.push(isFault(address) ? NOBODY : address.uri);
  }
  return uris;
}

const NOBODY: Uri = { kind: 'other', scheme: '', text: '' };
