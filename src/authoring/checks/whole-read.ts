// Finds reads that would make every record or subject a class of its own (a dynamic key, a rule `r := input.record`, a
// function with the record as argument), and reads of data that no policy gets. `opa deps` names them; the syntax tree has
// their places.
import { readsWhole } from '../../policy/bundle/manifest.ts';
import { dataAt } from '../source/data.ts';
import type { PolicyOwner } from '../source/owner.ts';
import type { Check, ParsedPolicy } from './check.ts';
import { findingsAt } from './places.ts';

/** Documents that are read as a whole, at their places, or at the folder if none is found. */
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

/** Whether it is too much of the input, or data that `data.json` does not have by that name. */
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
      message: `${shown} does not exist: a policy has its own data.json and no other data`,
      hint: `check the spelling; data.json is read by names, as in data.${own.join('.')}.teams`,
    };
  }
  return {
    message: `${shown} is read as a whole`,
    hint: `name each field, as in ${example(document)}; pass functions the fields and not the whole`,
  };
}

/** The entry point appears as such a document if the policy does not have it. */
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
