// Reading a stream header: RFC 6120 §4.7 and §4.8. What both ends check; whose addresses it must carry is
// initiate.ts and answer.ts. Writing one is markup.ts.
import { NS } from '../namespaces.ts';
import type { StreamOpen } from '../xml/tree-reader.ts';
import type { StreamFaultName } from './faults.ts';

/** What is wrong with a header, whoever sent it. @spec RFC 6120 §4.8.1, §4.8.2, §4.7.5 */
export function headerFault(open: StreamOpen): StreamFaultName | undefined {
  if (open.name !== 'stream' || open.ns !== NS.streams) return 'not-a-stream';
  if (open.defaultNs !== NS.server) return 'wrong-content-namespace';
  const version = open.attrs['version'];
  return version === undefined || VERSION.test(version) ? undefined : 'bad-version';
}

/** Whether the peer is older than 1.0: no version, or major version 0. @spec RFC 6120 §4.7.5 */
export function isLegacy(open: StreamOpen): boolean {
  const version = open.attrs['version'];
  return version === undefined || Number.parseInt(version, 10) === 0;
}

const VERSION = /^[0-9]{1,4}\.[0-9]{1,4}$/;
