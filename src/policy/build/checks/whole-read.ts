// Readings that would make every record or subject a class of its own (a dynamic key, `r := input.record`, a function that
// is handed the record), and of data that no policy is given. `opa deps` tells them; the syntax tree has their places.
import { readsWhole } from '../../manifest.ts';
import type { PolicyOwner } from '../owner.ts';
import type { Finding } from '../problem.ts';
import type { PolicyModule } from '../syntax.ts';
import type { Check } from './check.ts';
import { findingsAt } from './places.ts';

/** What is read as a whole, with its places, or the folder where none is found; no schema reaches behind it. */
export const wholeRead: Check = {
  name: 'whole-read',
  severity: 'error',
  canBeAllowed: false,
  find: ({ owner, documents, modules }) => refusedReads(owner, documents, modules),
};

function refusedReads(
  owner: PolicyOwner,
  documents: readonly (readonly string[])[],
  modules: readonly PolicyModule[],
): Finding[] {
  return documents
    .filter(isRefused)
    .flatMap((document) =>
      findingsAt(owner, modules, document, noEntry(document, owner) ?? refusal(document)),
    );
}

function isRefused([root, ...path]: readonly string[]): boolean {
  return root === 'input' ? readsWhole(path) : true;
}

function refusal(document: readonly string[]): { message: string; hint: string } {
  const shown = document.join('.');
  if (document[0] !== 'input') {
    return {
      message: `${shown} is not there: a policy is given no data`,
      hint: 'write constants as rules of the policy; check the spelling of its own rules',
    };
  }
  return {
    message: `${shown} is read as a whole`,
    hint: `name each field that is read, as in ${example(document)}; hand functions the fields and not the whole`,
  };
}

/** The rule that the gateway asks for is such a document where the policy does not have it. */
function noEntry(document: readonly string[], { entrypoint, name }: PolicyOwner) {
  if (document.join('/') !== `data/${entrypoint}`) return null;
  const rule = document.at(-1);
  return {
    message: `the policy of ${name} has no rule ${rule}`,
    hint: `write \`${rule} := …\`, in package ${document.slice(1, -1).join('.')}`,
  };
}

function example([, first, second]: readonly string[]): string {
  if (second === 'labels') return 'input.record.labels["org.opencontainers.image.vendor"]';
  return first === 'subject' ? 'input.subject.groups' : 'input.record.sharing';
}
