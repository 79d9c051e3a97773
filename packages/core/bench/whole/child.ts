// A process of its own for one part of a run: the load, the gateway or the echo, as the argument says. It does what
// its parent asks, one question at a time, and tells what it costs.
import { startEcho } from './echo.ts';
import { startGateway } from './gateway.ts';
import { type Load, openLoad } from './load.ts';
import type { Kind, Pace, Ports, Reading, Subject, SubjectPlan, Tls } from './words.ts';

/** What a parent may ask of a load, and of a subject. */
export type Question =
  | { readonly ask: 'load'; readonly kind: Kind; readonly isEcho: boolean; readonly tls: Tls }
  | { readonly ask: 'open'; readonly ports: Ports }
  | { readonly ask: 'run'; readonly pace: Pace }
  | { readonly ask: 'subject'; readonly plan: SubjectPlan }
  | { readonly ask: 'read'; readonly collect: boolean };

let load: Load | undefined;
let subject: Subject | undefined;

async function answer(question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'load':
      load = await openLoad(question);
      return load.ports;
    case 'open':
      return load?.open(question.ports);
    case 'run':
      return load?.run(question.pace);
    case 'subject':
      subject = await (role === 'echo' ? startEcho : startGateway)(question.plan);
      return subject.ports;
    case 'read':
      return reading(question.collect);
  }
}

/** `collect`: what is garbage is thrown away first, so that what grows is seen. */
function reading(collect: boolean): Reading {
  if (collect) globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const { answered = 0, open = 0 } = subject?.read() ?? {};
  return { cpu: user + system, system, rss, heap: heapUsed, answered, open };
}

const [, , role] = process.argv;
process.on('message', (question: Question) => {
  void answer(question).then((value) => process.send?.({ value: value ?? null }));
});
process.on('disconnect', () => process.exit());
