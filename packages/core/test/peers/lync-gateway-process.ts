// The gateway of lync-gateway.ts in a process of its own, over a store that is a file: to be killed, and to go on in another
// process. Argument: the file. Prints `ready`, and what crosses, a line each.
import { writeSync } from 'node:fs';
import type { Trace } from '@interwork/core';
import { fileStore } from '@interwork/core/node';
import { startLyncGateway } from './lync-gateway.ts';

const [file = ''] = process.argv.slice(2);
const onTrace = (trace: Trace): void => {
  if (trace.kind === 'crossing')
    writeSync(1, `${trace.direction} ${trace.traffic} ${trace.outcome}\n`);
};
await startLyncGateway({ onTrace, store: await fileStore({ file, max: 1_000 }) });
writeSync(1, 'ready\n');
