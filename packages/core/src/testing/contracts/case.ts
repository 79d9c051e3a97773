// What a contract suite is made of: cases over something that a host has made in place of ours. Knows no test runner:
//
//   for (const one of CLOCK_CASES) it(one.name, () => one.run(makeMine));

/** One thing that a replacement must do. */
export interface ContractCase<Make> {
  readonly name: string;
  /** Rejects, with what was expected and what came, when it does not. */
  run(make: Make): Promise<void>;
}

/** Compares as JSON. */
export function expectSame(came: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(came), JSON.stringify(expected)];
  if (a !== b) throw new Error(`expected ${b}, came ${a}`);
}
