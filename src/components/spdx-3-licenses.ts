// Licenses of SPDX 3.0.1: elements that are joined by further elements, as the text of an expression.
import { isObject } from '../model/json-object.ts';
import { COMPONENT_BOUNDS } from './component-bounds.ts';
import { firstStated, joined } from './license-text.ts';

type Element = Readonly<Record<string, unknown>>;

const LISTED = 'https://spdx.org/licenses/';
const NONE = /\/terms\/(?:ExpandedLicensing\/NoneLicense|Core\/NoneElement)$/;
/** Levels of joined licenses: more than anybody writes. */
const DEPTH = 16;

/**
 * Gives the license text of the element with an id (SPDX 3.0.1): what was concluded, else declared; null:
 * none is stated. Several apply together. Elements that refer to each other in a circle state nothing there.
 * So do those nested deeper than 16 levels, and what joined has more than 1,024 UTF-16 units. Never throws.
 */
export function createSpdx3Licenses(elements: readonly Element[]): (id: unknown) => string | null {
  const byId = new Map<string, Element>();
  const concluded = new Map<string, unknown[]>();
  const declared = new Map<string, unknown[]>();
  for (const element of elements) {
    const { spdxId, relationshipType } = element;
    if (typeof spdxId === 'string' && !byId.has(spdxId)) byId.set(spdxId, element);
    if (relationshipType === 'hasConcludedLicense') note(concluded, element);
    if (relationshipType === 'hasDeclaredLicense') note(declared, element);
  }
  const texts = new Map<string, string | null>();

  function textOf(value: unknown, depth: number): string | null {
    if (depth > DEPTH) return null;
    if (isObject(value)) return textOfElement(value, depth);
    if (typeof value !== 'string') return null;
    const known = texts.get(value);
    if (known !== undefined) return known;
    // Each is read once, however many name it; null meanwhile, which ends a circle.
    texts.set(value, null);
    const element = byId.get(value);
    const text = element === undefined ? textOfId(value) : textOfElement(element, depth);
    texts.set(value, text);
    return text;
  }

  function textOfElement(element: Element, depth: number): string | null {
    const below = (value: unknown): string | null => textOf(value, depth + 1);
    switch (element.type) {
      case 'simplelicensing_LicenseExpression':
        return firstStated(element.simplelicensing_licenseExpression);
      case 'expandedlicensing_ConjunctiveLicenseSet':
        return join(element.expandedlicensing_member, below, 'AND');
      case 'expandedlicensing_DisjunctiveLicenseSet':
        return join(element.expandedlicensing_member, below, 'OR');
      case 'expandedlicensing_OrLaterOperator': {
        const license = below(element.expandedlicensing_subjectLicense);
        return license === null ? null : `${license}+`;
      }
      case 'expandedlicensing_WithAdditionOperator': {
        const license = below(element.expandedlicensing_subjectExtendableLicense);
        const addition = below(element.expandedlicensing_subjectAddition);
        return license === null || addition === null ? null : `${license} WITH ${addition}`;
      }
      default:
        return textOfId(element.spdxId) ?? firstStated(element.name);
    }
  }

  const all = (named: unknown[] | undefined): string | null =>
    named === undefined ? null : join(named, (value) => textOf(value, 0), 'AND');
  return (id) => (typeof id === 'string' ? (all(concluded.get(id)) ?? all(declared.get(id))) : null);
}

function note(licenses: Map<string, unknown[]>, { from, to }: Element): void {
  if (typeof from !== 'string') return;
  const named = licenses.get(from) ?? [];
  licenses.set(from, named);
  if (!Array.isArray(to)) named.push(to);
  else for (const one of to as readonly unknown[]) named.push(one);
}

/** The license that an id of the SPDX License List or of the specification names by itself. */
function textOfId(id: unknown): string | null {
  if (typeof id !== 'string') return null;
  if (NONE.test(id)) return 'NONE';
  return id.startsWith(LISTED) ? firstStated(id.slice(LISTED.length)) : null;
}

function join(
  members: unknown,
  textOf: (value: unknown) => string | null,
  joiner: 'AND' | 'OR',
): string | null {
  if (!Array.isArray(members)) return null;
  const texts = (members as readonly unknown[]).flatMap((member) => textOf(member) ?? []);
  return joined(texts, joiner, COMPONENT_BOUNDS.license);
}
