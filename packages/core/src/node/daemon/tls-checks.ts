// What the fields of /tls mean beside each other: a pair is two files, or one with a password; a name that is never
// looked for is told. Whether the files hold what they should is tls-material.ts.
import type { Configuration, PairFiles, TlsFiles } from './configuration.ts';
import type { Partly } from './configuration-checks.ts';
import { pointer, type Tell } from './finding.ts';

/** Tells everything that does not fit together. */
export function checkPairs({ tls }: Partly<Configuration>, tell: Tell): void {
  for (const side of ['sip', 'xmpp'] as const)
    if (tls?.[side] !== undefined) checkSide(pointer('tls', side), tls[side], tell);
  if (tls?.revocation?.rule === 'required' && tls.revocation.lists?.length === 0)
    tell(
      '/tls/revocation/lists',
      'empty-list',
      'Expected at least one list: without any nobody is let in',
    );
}

function checkSide(path: string, side: Partly<TlsFiles>, tell: Tell): void {
  checkPair(path, side, tell);
  if (side.client !== undefined) checkPair(`${path}/client`, side.client, tell);
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

function checkPair(path: string, pair: Partly<PairFiles>, tell: Tell): void {
  const { certificate, key, pkcs12, passwordFile, passwordVariable } = pair;
  const passwords = [passwordFile, passwordVariable].filter((one) => one !== undefined).length;
  if (pkcs12 === undefined) {
    if (certificate === undefined) tell(`${path}/certificate`, 'missing-field', 'Expected a file');
    if (key === undefined) tell(`${path}/key`, 'missing-field', 'Expected a file');
    if (passwords > 0) tell(path, 'exactly-one', 'A password is for pkcs12 alone');
    return;
  }
  if (certificate !== undefined || key !== undefined)
    tell(path, 'exactly-one', 'Expected either certificate and key, or pkcs12');
  if (passwords !== 1)
    tell(path, 'exactly-one', 'Expected exactly one of passwordFile and passwordVariable');
}
