// Readings that would make every record or subject a class of its own (a dynamic key, a rule `r := input.record`, a function
// that is handed the record), and of data that no policy is given. `opa deps` names them; the syntax tree has their places.
import { readsWhole } from '../../policy/bundle/manifest.ts';
import { dataAt } from '../data.ts';
import type { PolicyOwner } from '../owner.ts';
import type { Check, ParsedPolicy } from './check.ts';
import { findingsAt } from './places.ts';

/** What is read as a whole, with its places, or the folder where none is found; no schema reaches behind it. */
export const wholeRead: Check = {
  name: 'whole-read',
  severity: 'error',
  canBeAllowed: false,
  find: ({ owner, documents, modules, data }) =>
    documents
      .filter((document) => isRefused(document, owner, data))
      .flatMap((document) =>
        findingsAt(owner, modules, document, noEntry(document, owner) ?? refusal(document, owner)),
      ),
};

/** Of data, what `data.json` has is read: by the name of each thing in it, and not all of them at once. */
function isRefused(
  [root, ...path]: readonly string[],
  { package: own }: PolicyOwner,
  data: ParsedPolicy['data'],
): boolean {
  if (root === 'input') return readsWhole(path);
  const names = path.slice(0, own.length + 1);
  return (
    root !== 'data' ||
    path.length <= own.length ||
    !own.every((key, index) => key === path[index]) ||
    dataAt(data, names) === undefined
  );
}

function refusal(
  document: readonly string[],
  { package: own }: PolicyOwner,
): { message: string; hint: string } {
  const shown = document.join('.');
  if (document[0] !== 'input') {
    return {
      message: `${shown} is not there: a policy has its own data.json and no other data`,
      hint: `check the spelling; data.json is read by names, as in data.${own.join('.')}.teams`,
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
