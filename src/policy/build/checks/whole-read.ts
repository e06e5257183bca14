// Readings that would make every record or subject a class of its own (a dynamic key, `r := input.record`, a function that
// is handed the record), and of data that no policy is given. `opa deps` tells them; the syntax tree has their places.
import { readsWhole } from '../../manifest.ts';
import type { PolicyOwner } from '../owner.ts';
import type { Finding } from '../problem.ts';
import { literalPath, type PolicyModule, problemAt, shownPath, type Term, terms } from '../syntax.ts';
import type { Check } from './check.ts';

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
  return documents.filter(isRefused).flatMap((document) => {
    const places = modules.flatMap((module) => placesOf(module, document));
    if (places.length > 0) return places;
    return [{ file: shownPath(owner.folder), line: null, column: null, ...refusal(document) }];
  });
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

function example([, first, second]: readonly string[]): string {
  if (second === 'labels') return 'input.record.labels["org.opencontainers.image.vendor"]';
  return first === 'subject' ? 'input.subject.groups' : 'input.record.sharing';
}

function placesOf(module: PolicyModule, document: readonly string[]): Finding[] {
  const { message, hint } = refusal(document);
  const wanted = JSON.stringify(document);
  return [...terms(module.rules)]
    .filter((term) => JSON.stringify(pathOf(term)) === wanted)
    .map((term) => problemAt(module, term.location, message, hint));
}

function pathOf(term: Term): string[] | null {
  if (term.type === 'ref' && Array.isArray(term.value)) return literalPath(term.value);
  return term.type === 'var' ? [String(term.value)] : null;
}
