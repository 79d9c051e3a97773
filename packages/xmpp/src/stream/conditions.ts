// Stream errors: RFC 6120 §4.9. The conditions in the RFC's order, how one is written and how one is read.
// Stanza errors are stanza-error.ts; which fault gets which condition is faults.ts.
import type { StreamCondition } from '../fault.ts';
import type { XmlElement } from '../xml/element.ts';
import { NS } from '../namespaces.ts';

/** The stream error conditions, in the order of the RFC. @spec RFC 6120 §4.9.3 */
export const STREAM_CONDITIONS: readonly StreamCondition[] = [
  'bad-format', //                §4.9.3.1
  'bad-namespace-prefix', //      §4.9.3.2
  'conflict', //                  §4.9.3.3
  'connection-timeout', //        §4.9.3.4
  'host-gone', //                 §4.9.3.5
  'host-unknown', //              §4.9.3.6
  'improper-addressing', //       §4.9.3.7
  'internal-server-error', //     §4.9.3.8
  'invalid-from', //              §4.9.3.9
  'invalid-namespace', //         §4.9.3.10
  'invalid-xml', //               §4.9.3.11
  'not-authorized', //            §4.9.3.12
  'not-well-formed', //           §4.9.3.13
  'policy-violation', //          §4.9.3.14
  'remote-connection-failed', //  §4.9.3.15
  'reset', //                     §4.9.3.16
  'resource-constraint', //       §4.9.3.17
  'restricted-xml', //            §4.9.3.18
  'see-other-host', //            §4.9.3.19
  'system-shutdown', //           §4.9.3.20
  'undefined-condition', //       §4.9.3.21
  'unsupported-encoding', //      §4.9.3.22
  'unsupported-feature', //       §4.9.3.23
  'unsupported-stanza-type', //   §4.9.3.24
  'unsupported-version', //       §4.9.3.25
];

/** The error element as it goes on the wire, with a condition of an application where there is one. @spec RFC 6120 §4.9.2 */
export function streamErrorText(condition: StreamCondition, detail = ''): string {
  return `<stream:error><${condition} xmlns='${NS.streamErrors}'/>${detail}</stream:error>`;
}

/** The condition a peer named; what is unknown is `undefined-condition`. @spec RFC 6120 §4.9.2 */
export function readStreamError(error: XmlElement): StreamCondition {
  for (const inner of error.children) {
    if (typeof inner === 'string' || inner.ns !== NS.streamErrors) continue;
    const known = STREAM_CONDITIONS.find((condition) => condition === inner.name);
    if (known !== undefined) return known;
  }
  return 'undefined-condition';
}
