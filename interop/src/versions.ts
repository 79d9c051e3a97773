// Which peers, in which versions. A page names the release series: another Debian revision of the same series is
// the same peer, another series is not.
import { execFileSync } from 'node:child_process';

/** A peer and the version of its package, without Debian's part. */
export interface Version {
  readonly peer: string;
  readonly version: string;
}

const PACKAGES: readonly (readonly [peer: string, name: string])[] = [
  ['Prosody', 'prosody'],
  ['ejabberd', 'ejabberd'],
  ['Kamailio', 'kamailio'],
  ['SIPp', 'sip-tester'],
  ['slixmpp', 'python3-slixmpp'],
  ['dnsmasq', 'dnsmasq-base'],
  ['Redis', 'redis-server'],
];

/** What is installed here. */
export function versions(): readonly Version[] {
  return PACKAGES.map(([peer, name]) => ({ peer, version: upstream(installed(name)) }));
}

function installed(name: string): string {
  return execFileSync('dpkg-query', ['--show', '--showformat=${Version}', name], {
    encoding: 'utf8',
  });
}

/** `1:0.12.3-1+deb12u1` is `0.12.3`. */
export function upstream(version: string): string {
  return version.replace(/^\d+:/, '').replace(/[-+~].*$/, '');
}

/** `0.12.3` is of the series `0.12`. */
export function series(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
