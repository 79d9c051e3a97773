// Who may talk to whom, asked without a gateway: a policy document, a question, and the answer with its reasons.
// #region policy
import { evaluate, explain, loadPolicy, type PolicySet, type Query } from '@interwork/policy';

/** Contoso may be reached with messages and presence; nobody else, and spam.example least of all. */
const DOCUMENT = {
  version: 1,
  default: 'deny',
  partners: { contoso: { domains: ['contoso.example', '*.contoso.example'] } },
  rules: [
    { id: 'abuse-7', effect: 'forbid', domains: ['spam.example'], note: 'ticket 7' },
    { id: 'contoso-im', effect: 'permit', partner: 'contoso', traffic: ['message', 'presence'] },
  ],
};

/** The policy, or what is wrong with its document and where. */
export function policyFrom(document: unknown = DOCUMENT): PolicySet {
  const loaded = loadPolicy(JSON.stringify(document));
  if (loaded.kind === 'policy') return loaded;
  throw new Error(loaded.findings.map(({ path, text }) => `${path}: ${text}`).join('\n'));
}

/** One question, answered: permit or forbid, by which rules, and in sentences. */
export function answer(policy: PolicySet, query: Query): string {
  const verdict = evaluate(policy, query);
  const reasons = explain(policy, query, verdict);
  return `${verdict.effect} (${verdict.by.join(', ')}): ${reasons.join(' ')}`;
}
// #endregion

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) {
  const policy = policyFrom();
  for (const from of ['contoso.example', 'im.contoso.example', 'spam.example', 'other.example'])
    console.log(answer(policy, { from, to: 'gtalk.example', via: 'sip', traffic: 'message' }));
}
