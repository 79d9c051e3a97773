// The network and the clocks of the virtual world: what a simulation may do to them, and what comes of it.
import { describe, expect, it } from 'vitest';
import {
  type NetworkOptions,
  type Pipe,
  ProcessClock,
  VirtualClock,
  VirtualNetwork,
} from '@interwork/core/testing';

const A = '192.0.2.1';
const B = { address: '192.0.2.2', port: 5060 };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function scene(options: NetworkOptions = {}) {
  const clock = new VirtualClock();
  const network = new VirtualNetwork(clock, options);
  const heard: string[] = [];
  const hear = (what: Uint8Array): void =>
    void heard.push(`${new TextDecoder().decode(what)} at ${clock.now}`);
  network.bind(B, (_from, what) => hear(what));
  network.listen(B, (pipe) => pipe.listen({ bytes: hear, closed: () => heard.push('closed') }));
  const send = (text: string): void => network.datagram({ address: A, port: 5060 }, B, bytes(text));
  const connect = (): Pipe | undefined => {
    let found: Pipe | undefined;
    network.connect(A, B, (pipe) => {
      found = pipe;
    });
    clock.advance(2);
    return found;
  };
  return { clock, network, heard, send, connect };
}

describe('datagrams', () => {
  it('are copied and come late as they are scattered', () => {
    const fates = [[0, 5], [9], []];
    const { clock, heard, send } = scene({ scatter: () => fates.shift() ?? [0] });
    for (const text of ['one', 'two', 'three', 'four']) send(text);
    clock.advance(100);
    expect(heard).toEqual(['one at 1', 'four at 1', 'one at 6', 'two at 10']);
  });

  it('do not arrive where a host went down', () => {
    const { clock, network, heard, send } = scene();
    send('one');
    network.down(B.address);
    clock.advance(10);
    expect(heard).toEqual([]);
  });
});

describe('two addresses that are parted', () => {
  it('lose datagrams, and keep what connections carry until they are healed', () => {
    const { clock, network, heard, send, connect } = scene();
    const pipe = connect();
    network.part(A, B.address);
    send('lost');
    pipe?.send(bytes('one'));
    pipe?.send(bytes('two'));
    pipe?.close();
    clock.advance(100);
    expect(heard).toEqual([]);
    network.heal(A, B.address);
    expect(heard).toEqual(['one at 102', 'two at 102', 'closed']);
  });

  it('are parted one way only', () => {
    const { clock, network, heard, send } = scene();
    network.part(B.address, A);
    send('one');
    clock.advance(10);
    expect(heard).toEqual(['one at 1']);
  });

  it.each([
    [A, B.address],
    [B.address, A],
  ])('cannot connect, whichever way it is: %s to %s', (from, to) => {
    const { clock, network, connect } = scene();
    network.part(from, to);
    const told: (Pipe | undefined)[] = [];
    network.connect(A, B, (pipe) => told.push(pipe));
    clock.advance(9_000);
    expect(told).toEqual([]);
    clock.advance(2_000);
    expect(told).toEqual([undefined]);
    network.heal(from, to);
    expect(connect()).toBeDefined();
  });
});

describe('a host that goes down while it connects', () => {
  it('is told nothing, and nor is who comes after it', () => {
    const { clock, network } = scene();
    const told: unknown[] = [];
    network.connect(A, B, (pipe) => told.push(pipe));
    network.down(A);
    clock.advance(100);
    expect(told).toEqual([]);
  });
});

describe('what is sent', () => {
  it('is seen by the tap, be it lost or not', () => {
    const seen: string[] = [];
    const tap = (_from: unknown, _to: unknown, what: Uint8Array): void =>
      void seen.push(new TextDecoder().decode(what));
    const { send, connect } = scene({ tap, lose: () => true });
    send('datagram');
    connect()?.send(bytes('stream'));
    expect(seen).toEqual(['datagram', 'stream']);
  });
});

describe('the clock of a process', () => {
  it('is ahead of the world, and its alarms ring by it', () => {
    const world = new VirtualClock(1_000);
    const clock = new ProcessClock(world, 50);
    const rung: number[] = [];
    clock.timing.alarm(1_100, () => rung.push(clock.timing.now()));
    clock.after(10, () => rung.push(clock.now));
    world.advance(100);
    expect(rung).toEqual([1_060, 1_100]);
    expect(clock.pending).toBe(0);
  });

  it('leaps, and what has become due rings next', () => {
    const world = new VirtualClock();
    const clock = new ProcessClock(world);
    const rung: number[] = [];
    clock.at(5_000, () => rung.push(clock.now));
    clock.at(90_000, () => rung.push(clock.now));
    clock.at(95_000, () => rung.push(-1))();
    clock.leap(60_000);
    world.advance(1);
    expect(rung).toEqual([60_000]);
    world.advance(30_000);
    expect(rung).toEqual([60_000, 90_000]);
  });

  it('rings no more when the process has ended', () => {
    const world = new VirtualClock();
    const clock = new ProcessClock(world);
    const rung: number[] = [];
    clock.at(10, () => rung.push(10));
    clock.end();
    clock.at(20, () => rung.push(20));
    world.advance(100);
    expect([rung, clock.pending, world.pending]).toEqual([[], 0, 0]);
  });
});
