// Habit: keep-alive
// They do: agree with the next hop that it is alive: `ms-keep-alive: UAC;hop-hop=yes` in a request, `UAS; …; timeout=300` in the
//   answer; what is sent then is two line ends.
// Vectors: im-01 O, im-04 O, av-01 O, own im-headers O.
// We do: neither pass it on nor promise it. Two line ends are taken on every connection all the same.
import type { Headers } from '@interwork/sip';

/** What the header says. */
export interface KeepAlive {
  readonly role: 'UAC' | 'UAS';
  readonly hopHop: boolean;
  readonly endEnd: boolean;
  /** Seconds. */
  readonly timeout: number | undefined;
}

/** What is said of keeping alive; `undefined` when nothing is, or nothing that can be read. */
export function keepAliveIn(headers: Headers): KeepAlive | undefined {
  const [head = '', ...rest] = headers.text('ms-keep-alive')?.split(';', 9) ?? [];
  const role = head.trim().toUpperCase();
  if (role !== 'UAC' && role !== 'UAS') return undefined;
  const said = new Map(rest.map(paramOf));
  const seconds = said.get('timeout') ?? '';
  return {
    role,
    hopHop: said.get('hop-hop') === 'yes',
    endEnd: said.get('end-end') === 'yes',
    timeout: /^\d{1,6}$/.test(seconds) ? Number(seconds) : undefined,
  };
}

function paramOf(text: string): readonly [string, string] {
  const [name = '', value = ''] = text.split('=', 2);
  return [name.trim().toLowerCase(), value.trim().toLowerCase()];
}
