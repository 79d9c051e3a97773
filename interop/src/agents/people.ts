// Users of the SIP domain who have presence, or talk in sessions: a program in Python (`people/`) that shares nothing with
// the packages under test. Watchers, presentities that are their own notifiers, publications at the domain's presence
// server; those who talk are in talker.ts.
import { join } from 'node:path';
import { PYTHON } from '../../namespace.mjs';
import { HOST, PORT } from '../places.ts';
import { Running } from '../process.ts';
import { Lines } from './lines.ts';
import { type Person, type Sight, type Told, told } from './person.ts';
import { type Talker, talkerOf } from './talker.ts';

/** Watches others. */
export interface SipWatcher extends Person {
  /** A new dialog, 0 seconds for a fetch; the answer. */
  subscribe(to: string, expires?: number): Promise<Sight>;
  /** In the last dialog: a refresh, 0 seconds to end it; the answer. */
  again(expires?: number): Promise<Sight>;
}

/** Is watched, and notifies by itself. */
export interface Presentity extends Person {
  /** What a new watcher gets: a state of the subscription or a status, and at most so many seconds. */
  policy(policy: 'pending' | 'active' | number, longest?: number): void;
  /** Decides about all watchers, those to come too. */
  decide(state: 'pending' | 'active'): void;
  /** Its state from now on, a PIDF document. */
  state(document: string): void;
  /** Ends every subscription with a reason. */
  end(reason: string): void;
  /** Forgets its subscriptions without a word. */
  forget(): void;
}

/** Publishes at the presence server, and again before that runs out. */
export interface Publisher extends Person {
  publish(document: string): Promise<void>;
  withdraw(): Promise<void>;
}

/** All of them. */
export interface People {
  readonly log: string;
  watcher(user: string): Promise<SipWatcher>;
  presentity(user: string): Promise<Presentity>;
  publisher(user: string): Promise<Publisher>;
  talker(user: string): Promise<Talker>;
  stop(): Promise<void>;
}

/** Starts the program they live in. */
export async function startPeople(transport: 'udp' | 'tcp'): Promise<People> {
  const places = [HOST.people, PORT.people, HOST.proxy, PORT.sip].map(String);
  const running = new Running({
    name: 'people',
    file: PYTHON,
    args: [join(import.meta.dirname, '..', '..', 'people', 'main.py'), ...places, transport],
    env: { PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' },
  });
  const lines = new Lines<Sight>(running);
  await lines.until('', 'people', (line) => line.event === 'ready');
  const begin = (kind: string, user: string): Promise<Told> => told(running, lines, kind, user);
  return {
    get log() {
      return running.log;
    },
    watcher: async (user) => watcherOf(await begin('watcher', user)),
    presentity: async (user) => presentityOf(await begin('presentity', user)),
    publisher: async (user) => publisherOf(await begin('publisher', user)),
    talker: async (user) => talkerOf(await begin('talker', user)),
    stop: async () => {
      await running.stop();
    },
  };
}

function watcherOf(person: Told): SipWatcher {
  return Object.assign(person, {
    subscribe: (to: string, expires = 600) => person.ask('subscribe', 'answer', { to, expires }),
    again: (expires = 600) => person.ask('again', 'answer', { expires }),
  });
}

function presentityOf(person: Told): Presentity {
  return Object.assign(person, {
    policy: (policy: 'pending' | 'active' | number, longest = 3600) =>
      person.order('policy', { policy, longest }),
    decide: (state: 'pending' | 'active') => person.order('decide', { state }),
    state: (document: string) => person.order('state', { document }),
    end: (reason: string) => person.order('end', { reason }),
    forget: () => person.order('forget'),
  });
}

function publisherOf(person: Told): Publisher {
  const done = (sight: Sight): void => {
    if (sight.status !== 200) throw new Error(`PUBLISH was answered ${sight.status}`);
  };
  return Object.assign(person, {
    publish: async (document: string) =>
      done(await person.ask('publish', 'published', { document })),
    withdraw: async () => done(await person.ask('withdraw', 'published')),
  });
}
