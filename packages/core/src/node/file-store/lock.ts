// One process at a time on one file: a socket beside it that its holder listens at. The kernel ends it with
// the process, so that a lock never outlives its holder, whatever ended it; and it holds across containers
// that share the folder. A socket that nobody listens at is taken away.
import { rename, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { relative } from 'node:path';

/** A lock that is held. */
export interface Lock {
  release(): Promise<void>;
}

/** Takes the lock of a file, or says with an error who has it. */
export async function lockBeside(file: string): Promise<Lock> {
  const path = shortest(`${file}.lock`);
  for (let round = 0; round < ROUNDS; round++) {
    const server = await listening(path);
    if (server !== undefined) return { release: () => closed(server) };
    if (await isHeld(path)) throw new Error(`${file} is in use by another process`);
    await clear(path);
  }
  throw new Error(`${path} could not be locked`);
}

/** Takes away a socket that nobody listens at, and nothing else: whoever was faster keeps his. */
async function clear(path: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if (await isHeld(aside).catch(() => true)) await rename(aside, path);
  else await unlink(aside);
}

function listening(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => void socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path, exclusive: true }, () => resolve(server.unref()));
  });
}

/** Rejects where that cannot be known: no lock is taken from one who may be alive. */
function isHeld(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => {
      if (code === FULL || NOBODY.has(code)) resolve(code === FULL);
      else reject(new Error(`nobody can tell whether ${path} is held: ${code}`));
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}

/** From here the way may be shorter. A name that is too long would be cut, and lock something else. */
function shortest(path: string): string {
  const near = relative(process.cwd(), path);
  const name = near.length < path.length ? near : path;
  if (Buffer.byteLength(name) <= NAME_OCTETS) return name;
  throw new Error(`${path} is too long for a lock: more than ${NAME_OCTETS} octets`);
}

/** Somebody listens and has let more wait than there is room for, as one that stands still does. */
const FULL = 'EAGAIN';
/** Nobody listens, it is gone, or it is no socket. */
const NOBODY: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTSOCK']);
/** The name of a socket, with room for that of a dead one set aside; some systems take 104, Linux 108. */
const NAME_OCTETS = 90;
/** Two who find the same dead lock need one more. */
const ROUNDS = 5;
