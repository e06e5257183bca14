import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { FederationError } from '../../src/model/errors.ts';
import { readVocabularyFile } from '../../src/vocabulary/document.ts';
import { frameworksSchema } from '../../src/vocabulary/frameworks.ts';
import { licensesSchema } from '../../src/vocabulary/license-schema.ts';
import { techniquesSchema } from '../../src/vocabulary/techniques.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder({ after });

const FIRST = '- {name: A, homepage: "https://a.example"}\n';

/** The error of reading this text. */
function broken(
  file: string,
  text: string,
  schema: Parameters<typeof readVocabularyFile>[1],
): FederationError {
  const path = join(folder, file);
  writeFileSync(path, text);
  try {
    readVocabularyFile(pathToFileURL(path), schema);
  } catch (error) {
    assert(error instanceof FederationError);
    assert.equal(error.code, 'CONFIG_INVALID');
    assert(error.hint);
    return error;
  }
  assert.fail('the text was read');
}

describe('a broken file of the vocabulary', () => {
  test('that is not YAML is reported with line and column', () => {
    const error = broken('frameworks.yaml', `${FIRST}- {name: B\n`, frameworksSchema);
    assert.match(error.at ?? '', /^vocabularies\/frameworks\.yaml:\d+:\d+$/);
  });

  test('is named with the line of the value that is wrong', () => {
    const error = broken(
      'frameworks.yaml',
      `# frameworks\n${FIRST}- {biotools: "a b", name: B, homepage: "https://b.example"}\n`,
      frameworksSchema,
    );
    assert.equal(error.at, 'vocabularies/frameworks.yaml:3:14');
    assert.match(error.message, /\[1\]\.biotools: an id of bio\.tools has/);
  });

  test('is named with the line of the map that lacks a key, or has one too many', () => {
    assert.equal(
      broken('frameworks.yaml', `${FIRST}- {name: B}\n`, frameworksSchema).at,
      'vocabularies/frameworks.yaml:2:3',
    );
    const surplus = broken('frameworks.yaml', FIRST.replace('}', ', colour: red}'), frameworksSchema);
    assert.match(surplus.message, /colour/);
    assert.equal(surplus.at, 'vocabularies/frameworks.yaml:1:3');
  });

  test('with a key twice is refused', () => {
    assert.match(
      broken('frameworks.yaml', FIRST.replace('{', '{name: B, '), frameworksSchema).message,
      /appears twice/,
    );
  });

  test('that is JSON has lines too, for its syntax and for its values', () => {
    const head = '{"about": {},\n"techniques": [\n';
    const technique = '{"id":"PaNET00001","label":"a","synonyms":[],"parents":["PaNET00002"]}';
    const unknown = broken('techniques.json', `${head}${technique}\n]}`, techniquesSchema);
    assert.equal(unknown.at, 'vocabularies/techniques.json:3:57');
    assert.match(unknown.message, /PaNET00002 is not a technique of this file/);
    const twice = `${head}${technique.replace('"PaNET00002"', '')},\n${technique.replace('"PaNET00002"', '')}\n]}`;
    assert.equal(broken('techniques.json', twice, techniquesSchema).at, 'vocabularies/techniques.json:4:7');
    assert.match(
      broken('techniques.json', `${head}}`, techniquesSchema).at ?? '',
      /^vocabularies\/techniques\.json:3:/,
    );
  });

  test('that states conditions of an id that SPDX does not have is named with its line', () => {
    const rest = 'conditional: []\nreferences: []\nreplaced: {}\nfamilies: []\nnames: {}\nexceptions: {}\n';
    const error = broken('licenses.yaml', `unconditional:\n  - [MIT,\n     mit]\n${rest}`, licensesSchema);
    assert.equal(error.at, 'vocabularies/licenses.yaml:3:6');
  });

  test('that states a condition which only a facility can state is refused', () => {
    const text = `unconditional: []\nconditional:\n  - {ids: [MIT], conditions: [registeredGroup]}\n`;
    assert.equal(broken('licenses.yaml', text, licensesSchema).at, 'vocabularies/licenses.yaml:3:31');
  });

  test('that is not there is named', () => {
    assert.throws(
      () => readVocabularyFile(pathToFileURL(join(folder, 'nothing.yaml')), frameworksSchema),
      (error) => error instanceof FederationError && error.at === 'vocabularies/nothing.yaml',
    );
  });
});
