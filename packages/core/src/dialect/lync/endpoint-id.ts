// Habit: endpoint-id
// They do: write epid, the device, behind the tags of From and To; a Contact that is no host but a device, with opaque and
//   gruu; and Record-Route with signatures inside and behind the brackets. All of it must come back as it was written.
// Vectors: im-01 O, im-06 O, route-01 D, own im-headers O, own im-echo D.
// We do: echo To, Record-Route and the target octet for octet within a dialog. The tag alone says whose dialog it is.
import { type NameAddr, param, uriParam } from '@interwork/sip';

/** The device that a party names; `undefined` where it names none. */
export function epidOf({ params }: Pick<NameAddr, 'params'>): string | undefined {
  const epid = param(params, 'epid');
  return epid !== undefined && /^[\da-f]{1,16}$/i.test(epid) ? epid : undefined;
}

/** Whether a Contact is a device behind its domain rather than a host. */
export function isDevice({ uri }: Pick<NameAddr, 'uri'>): boolean {
  return uriParam(uri, 'gruu') !== undefined && uriParam(uri, 'opaque') !== undefined;
}
