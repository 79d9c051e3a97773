// A real DNS server, dnsmasq, with the zone of one world. Another zone is another start of it: it reads its records
// when it starts, and it starts in milliseconds.
import { Running } from './process.ts';
import { HOST } from './places.ts';

/** Where a name of a kind of thing is. An SRV record without a target says that there is none. */
export type Record =
  | { readonly kind: 'address'; readonly name: string; readonly address: string }
  | {
      readonly kind: 'srv';
      readonly name: string;
      readonly target?: string;
      readonly port?: number;
      readonly priority?: number;
      readonly weight?: number;
    }
  | {
      readonly kind: 'naptr';
      readonly name: string;
      readonly order: number;
      readonly service: string;
      readonly replacement: string;
    };

/** The name server of a world. */
export interface Dns {
  /** Serves these records from now on, and none else. */
  serve(records: readonly Record[]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it with its first records. */
export async function startDns(
  records: readonly Record[],
  address: string = HOST.dns,
): Promise<Dns> {
  let running = await start(records, address);
  return {
    serve: async (next) => {
      await running.stop();
      running = await start(next, address);
    },
    stop: async () => {
      await running.stop();
    },
  };
}

async function start(records: readonly Record[], address: string): Promise<Running> {
  const running = new Running({
    name: 'dnsmasq',
    file: 'dnsmasq',
    args: [
      '--keep-in-foreground',
      '--log-facility=-',
      '--conf-file=/dev/null',
      '--user=root',
      '--pid-file',
      '--no-resolv',
      '--no-hosts',
      '--bind-interfaces',
      `--listen-address=${address}`,
      '--local=/example/',
      ...records.map(option),
    ],
  });
  await running.line(/started, version/);
  return running;
}

function option(record: Record): string {
  switch (record.kind) {
    case 'address':
      return `--host-record=${record.name},${record.address}`;
    case 'srv': {
      const { name, target, port = 0, priority = 0, weight = 0 } = record;
      return target === undefined
        ? `--srv-host=${name}`
        : `--srv-host=${name},${target},${port},${priority},${weight}`;
    }
    case 'naptr':
      return `--naptr-record=${record.name},${record.order},0,s,${record.service},,${record.replacement}`;
  }
}
