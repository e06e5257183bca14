// The policies of (b) as the SDK's documentation shows: each module is loaded once, and evaluated for each record of
// each request.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type * as Sdk from '@open-policy-agent/opa-wasm';
import type { Config } from '../../src/config/schema.ts';
import type { Access, Decision } from '../../src/model/decision.ts';
import type { ImageRecord } from '../../src/model/image.ts';
import type { Subject } from '../../src/model/subject.ts';
import { built } from '../built.ts';

const { loadPolicy }: typeof Sdk = createRequire(import.meta.url)('@open-policy-agent/opa-wasm');
const { readBundle } = await built<typeof import('../../src/policy/bundle/read.ts')>('policy/bundle/read');
const { recordInput, requestInput, subjectInput } =
  await built<typeof import('../../src/policy/decisions/input.ts')>('policy/decisions/input');
const { accessOf } =
  await built<typeof import('../../src/policy/decisions/reasons.ts')>('policy/decisions/reasons');

export type Judge = (record: ImageRecord) => Access;

/** The federation's module and the facilities' own, for one subject at no place. */
export async function loadPolicies(config: Config): Promise<(subject: Subject) => Judge> {
  const load = async (owner: string, path: string) => {
    const { wasm, entrypoint, reasons } = await readBundle(resolve(config.baseDirectory, path), owner);
    const policy = await loadPolicy(wasm, { initial: 128, maximum: 1_024 });
    const decide = (input: object): Decision => policy.evaluate(input, entrypoint)[0].result;
    return { owner, reasons, decide };
  };
  const federation = await load('federation', config.policies.federation);
  const facilities = await Promise.all(
    config.facilities.flatMap(({ id, policy }) => (typeof policy === 'string' ? [load(id, policy)] : [])),
  );
  const names = new Map(config.facilities.map(({ id, name }) => [id, name]));
  return (subject) => {
    const rest = { subject: subjectInput(subject), request: requestInput(null) };
    return (record) => {
      const input = { record: recordInput(record), ...rest };
      const judges = [federation, ...facilities.filter(({ owner }) => owner === record.facility)];
      return accessOf(
        judges.map(({ owner, reasons, decide }) => ({ owner, reasons, names, decision: decide(input) })),
      );
    };
  };
}
