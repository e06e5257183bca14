// From one of PaNET's files to the text of techniques.json.
import { z } from 'zod';
import { FederationError } from '../../model/errors.ts';
import { type Ontology, techniquesOf } from './ontology.ts';
import { readReasoned, reasonedSchema } from './reasoned.ts';
import { readTable, UnreadableTable } from './table.ts';

const HINT =
  'Give PaNET.csv or PaNET_reasoned.json of https://github.com/ExPaNDS-eu/ExPaNDS-experimental-techniques-ontology (source/ and docs/_data/).';

/** What is read, whose it is, and what was changed: PaNET's licence asks for it. */
const ABOUT = {
  name: 'Techniques, derived from PaNET, the Photon and Neutron Experimental Techniques ontology',
  source: 'https://github.com/ExPaNDS-eu/ExPaNDS-experimental-techniques-ontology',
} as const;
const LICENSE = {
  license: 'CC-BY-4.0',
  licenseUrl: 'https://creativecommons.org/licenses/by/4.0/',
  attribution:
    'PaNET by its authors in ExPaNDS (European Open Science Cloud Photon and Neutron Data Services)',
  changes:
    'Ids, labels, synonyms, definitions and parents only; definitions that were taken from elsewhere, specifiers and axioms left out; of all ancestors after reasoning the direct ones are kept; spaces in texts collapsed; one technique a line. Made by panfed vocabulary import panet.',
} as const;

export interface ImportedPanet {
  /** JSON, one technique a line, so that a new release of PaNET reads well as a difference. */
  readonly text: string;
  readonly count: number;
}

/**
 * The content of techniques.json, from PaNET's table (CSV) or from PaNET after reasoning (JSON-LD), whichever the text is.
 * `release` names its version where the file does not; null: it is `unknown` then. Throws USAGE, with `at` as `file:row` where
 * the row is known, for a text that is neither or has no techniques.
 */
export function importPanet(text: string, file: string, release: string | null): ImportedPanet {
  const ontology = /^\s*[[{]/.test(text) ? reasoned(text, file) : table(text, file);
  const techniques = techniquesOf(ontology);
  if (techniques.length === 0) {
    throw new FederationError('USAGE', 'the file has no techniques of PaNET', { at: file, hint: HINT });
  }
  const about = { ...ABOUT, version: release ?? ontology.version ?? 'unknown', ...LICENSE };
  const lines = techniques.map((technique) => `    ${JSON.stringify(technique)}`);
  return {
    text: `{\n  "about": ${JSON.stringify(about, null, 2).replaceAll('\n', '\n  ')},\n  "techniques": [\n${lines.join(',\n')}\n  ]\n}\n`,
    count: techniques.length,
  };
}

function reasoned(text: string, file: string): Ontology {
  try {
    return readReasoned(reasonedSchema.parse(JSON.parse(text)));
  } catch (error) {
    const isInvalid = error instanceof z.ZodError;
    if (!isInvalid && !(error instanceof SyntaxError)) throw error;
    const why = isInvalid ? error.issues[0]?.message : error.message;
    throw new FederationError('USAGE', `the file is not JSON-LD as PaNET has it: ${why}`, {
      ...{ at: file, hint: HINT, cause: error },
    });
  }
}

function table(text: string, file: string): Ontology {
  try {
    return readTable(text);
  } catch (error) {
    if (!(error instanceof UnreadableTable)) throw error;
    throw new FederationError('USAGE', `the table is not PaNET’s: ${error.message}`, {
      ...{ at: `${file}:${error.row}`, hint: HINT, cause: error },
    });
  }
}
