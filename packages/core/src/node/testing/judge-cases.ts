// The cases for judges, with certificates made by Node's cryptography.
import { nodeCrypto } from '@interwork/certs/node';
import type { ContractCase } from '../../testing/contracts/case.ts';
import { judgeCases, type MakeJudge } from '../../testing/contracts/judge.ts';

/** The cases for every judge: `for (const one of JUDGE_CASES) it(one.name, () => one.run(makeMine))`. */
export const JUDGE_CASES: readonly ContractCase<MakeJudge>[] = judgeCases(nodeCrypto);
