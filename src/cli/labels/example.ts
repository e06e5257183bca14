// How a field of a description is written, as a hint beside a mistake.
import type { Field } from '../../model/field.ts';
import { DESCRIPTIVE_FIELDS } from '../../model/image-fields.ts';

const OTHERS: Readonly<Record<string, unknown>> = {
  license: 'GPL-2.0-only',
  conditions: ['academic', { kind: 'registeredGroup', groups: ['urn:geant:esrf.eu:group:em'] }],
  sharing: 'conditional',
  listed: false,
  signed: true,
  signers: ['https://gitlab.esrf.fr/mx/xds'],
};

/** A hint with an example of the field as JSON; undefined for a field that descriptions do not have. */
export function exampleOf(field: string): string | undefined {
  const described = (DESCRIPTIVE_FIELDS as Readonly<Record<string, Field>>)[field];
  const text = described?.label?.example;
  if (described === undefined || text === undefined) {
    if (field === 'groups')
      return 'Write it as in "conditions": [{"kind":"registeredGroup","groups":["urn:geant:esrf.eu:group:em"]}].';
    return Object.hasOwn(OTHERS, field) ? written(field, JSON.stringify(OTHERS[field])) : undefined;
  }
  if (described.kind === 'group') return written(field, text);
  const isList = described.kind === 'names' || described.kind === 'terms' || described.kind === 'frameworks';
  return written(field, JSON.stringify(isList ? text.split(', ') : text));
}

const written = (field: string, json: string): string => `Write it as in "${field}": ${json}.`;
