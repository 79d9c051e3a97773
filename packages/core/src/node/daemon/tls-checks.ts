// What the fields of /tls mean beside each other: a pair is two files, or one with a password; a name that is never
// looked for is told. Whether the files hold what they should is tls-material.ts.
import type { Configuration, PairFiles, TlsFiles } from './configuration.ts';
import type { Partly } from './configuration-checks.ts';
import { pointer, type Tell } from './finding.ts';

/** Tells everything that does not fit together. */
export function checkPairs({ tls }: Partly<Configuration>, tell: Tell): void {
  for (const side of ['sip', 'xmpp'] as const)
    if (tls?.[side] !== undefined) checkSide(pointer('tls', side), tls[side], tell);
  for (const [domain, keys] of tls?.pins ?? [])
    if (keys?.length === 0)
      tell(
        pointer('tls', 'pins', domain),
        'empty-list',
        'Expected at least one key: without any nobody could speak for it',
      );
  if (tls?.revocation?.rule === 'required' && tls.revocation.lists?.length === 0)
    tell(
      '/tls/revocation/lists',
      'empty-list',
      'Expected at least one list: without any nobody is let in',
    );
}

function checkSide(path: string, side: Partly<TlsFiles>, tell: Tell): void {
  checkRoles(path, side, tell);
  for (const role of ['server', 'client', 'both'] as const) {
    const pair = side[role];
    if (pair !== undefined) checkPair(`${path}/${role}`, pair, tell);
  }
  for (const [at, named] of (side.named ?? []).entries()) {
    if (named === undefined) continue;
    const place = `${path}/named/${at}`;
    checkPair(place, named, tell);
    if (named.role === 'server' && named.partners !== undefined)
      tell(
        `${place}/partners`,
        'never-shown',
        'A peer that calls is not known before it is shown something',
      );
  }
}

/** One for each role, or one that is said to be for both. */
function checkRoles(path: string, { server, client, both }: Partly<TlsFiles>, tell: Tell): void {
  if (both !== undefined) {
    if (server !== undefined || client !== undefined)
      tell(path, 'exactly-one', 'Expected either server and client, or both');
    return;
  }
  const EXPECTED = 'Expected a pair for this role; one for both roles is given as both';
  if (server === undefined) tell(`${path}/server`, 'missing-field', EXPECTED);
  if (client === undefined) tell(`${path}/client`, 'missing-field', EXPECTED);
}

function checkPair(path: string, pair: Partly<PairFiles>, tell: Tell): void {
  const { certificate, key, pkcs12, passwordFile, passwordVariable, keyRounds } = pair;
  const passwords = [passwordFile, passwordVariable].filter((one) => one !== undefined).length;
  if (pkcs12 === undefined) {
    if (certificate === undefined) tell(`${path}/certificate`, 'missing-field', 'Expected a file');
    if (key === undefined) tell(`${path}/key`, 'missing-field', 'Expected a file');
    if (passwords > 0) tell(path, 'exactly-one', 'A password is for pkcs12 alone');
    if (keyRounds !== undefined) tell(path, 'exactly-one', 'Key rounds are for pkcs12 alone');
    return;
  }
  if (certificate !== undefined || key !== undefined)
    tell(path, 'exactly-one', 'Expected either certificate and key, or pkcs12');
  if (passwords !== 1)
    tell(path, 'exactly-one', 'Expected exactly one of passwordFile and passwordVariable');
}
