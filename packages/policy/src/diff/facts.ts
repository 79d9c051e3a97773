// What is taken to be known of a sample: every domain has the SRV record that it should have, those of providers lead to their
// servers, made-up users have their policies, and who says nothing of what users have set says that they have set nothing.
import type { PolicyDocument } from '../document.ts';
import { addressOf } from '../federation/addresses.ts';
import type { FederationEntry } from '../federation/document.ts';
import type { Facts, Grant, Relation } from '../federation/facts.ts';
import { hostedBy, serversOf } from './entries-federation.ts';
import { madeUpUsers } from './entries-users.ts';
import type { Meeting } from './meeting.ts';

/** The facts. */
export function assumedFacts(
  documents: readonly PolicyDocument[],
  meetings: readonly Meeting[],
): Facts {
  const federations = documents.flatMap(({ federation }) => federation ?? []);
  if (federations.length === 0) return {};
  const isSaid = federations.some(({ recipients }) => recipients !== undefined);
  return {
    srv: records(federations, meetings),
    grants: grants(federations),
    relations: new Map(isSaid ? [] : meetings.flatMap(unrelated)),
  };
}

function records(
  federations: readonly FederationEntry[],
  meetings: readonly Meeting[],
): ReadonlyMap<string, readonly string[]> {
  const domains = meetings.flatMap((meeting) => meeting.map(({ domain }) => domain));
  const hosted = federations.flatMap((federation) =>
    serversOf(federation).map(([server]) => [hostedBy(server), [server]] as const),
  );
  return new Map([...domains.map((domain) => [domain, [`sip.${domain}`]] as const), ...hosted]);
}

function grants(federations: readonly FederationEntry[]): ReadonlyMap<string, Grant> {
  return new Map(
    federations.flatMap((federation) =>
      madeUpUsers(federation).flatMap(({ user, grant }) =>
        federation.localDomains.map((domain) => [addressOf(user, domain), grant] as const),
      ),
    ),
  );
}

function unrelated([one, other]: Meeting): readonly (readonly [string, Relation])[] {
  if (one.user === undefined || other.user === undefined) return [];
  const [from, to] = [addressOf(one.user, one.domain), addressOf(other.user, other.domain)];
  return [[`${to} ${from}`, 'none']];
}
