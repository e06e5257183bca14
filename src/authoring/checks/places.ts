// Finds the places of a document in the rules: `opa deps` reports what is read, but not where.
import type { PolicyOwner } from '../source/owner.ts';
import type { Finding } from '../source/problem.ts';
import { literalPath, type PolicyModule, problemAt, shownPath, type Term, terms } from '../source/syntax.ts';

/** A finding at each place of a document; at the folder if no place is found, such as behind a variable. */
export function findingsAt(
  owner: PolicyOwner,
  modules: readonly PolicyModule[],
  document: readonly string[],
  { message, hint }: { readonly message: string; readonly hint: string },
): Finding[] {
  const wanted = JSON.stringify(document);
  const places = modules.flatMap((module) =>
    terms(module.rules)
      .filter((term) => JSON.stringify(pathOf(term)) === wanted)
      .filter(isFirstAtItsPlace)
      .map((term) => problemAt(module, term.location, message, hint)),
  );
  if (places.length > 0) return places;
  return [{ file: shownPath(owner.folder), line: null, column: null, message, hint }];
}

/** The tree has the value of an `:=` twice: as the rule's value and in its body. */
function isFirstAtItsPlace({ location }: Term, index: number, all: readonly Term[]): boolean {
  return (
    all.findIndex(({ location: { row, col } }) => row === location.row && col === location.col) === index
  );
}

function pathOf(term: Term): string[] | null {
  if (term.type === 'ref' && Array.isArray(term.value)) return literalPath(term.value);
  return term.type === 'var' ? [String(term.value)] : null;
}
