// Whether the module that is compiled from an owner's policy answers as OPA does, which is asked with the whole of each
// input.

import type { Answer } from '../../policy/wasm/sandbox.ts';
import type { Opa } from '../opa/opa.ts';
import type { PolicyOwner } from '../source/owner.ts';
import { difference, opaAnswers } from './answers.ts';

/**
 * The differences between OPA's answers and the compiled policy's, as text, by input; `compiled` are those to the `inputs`
 * (JSON), in their order. Those with equal answers are left out: empty where all are equal, or for no inputs. Rejects as
 * {@link opaAnswers} does: with POLICY_INVALID, POLICY_TOO_COSTLY or OPA_MISSING, and with the file system's errors (see
 * {@link inScratchFolder}).
 */
export async function differencesOf(
  opa: Opa,
  owner: PolicyOwner,
  inputs: readonly string[],
  compiled: readonly Answer[],
): Promise<ReadonlyMap<string, string>> {
  const rules = { folder: owner.folder, rule: owner.entrypoint.split('/') };
  const expected = await opaAnswers(opa, rules, inputs);
  const found = new Map<string, string>();
  for (const [index, input] of inputs.entries()) {
    const [opaAnswer, answer] = [expected[index], compiled[index]];
    if (opaAnswer === undefined || answer === undefined) continue;
    const text = difference(opaAnswer, answer);
    if (text !== null) found.set(input, text);
  }
  return found;
}
