// Loads the vocabulary: reads vocabularies/ once, checks each file, and builds the lookups of Vocabulary; with what
// federation.yaml says of its labs' own words.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pathText } from '../config/explain.ts';
import type { Report } from '../config/problem.ts';
import type { Config } from '../config/schema.ts';
import { FederationError } from '../model/errors.ts';
import { readVocabularyFile } from './document.ts';
import { readFacilityTerms } from './facility-terms.ts';
import { formatsSchema } from './format-schema.ts';
import { indexFormats } from './formats.ts';
import { frameworksSchema, indexFrameworks } from './frameworks.ts';
import { licensesSchema } from './license-schema.ts';
import { indexLicenses } from './licenses.ts';
import { indexSenses } from './senses.ts';
import { indexTechniques, type Techniques, type TechniquesFile, techniquesSchema } from './techniques.ts';
import type { Vocabulary } from './vocabulary.ts';

const PACKAGED = new URL('../../vocabularies/', import.meta.url);
/** Files of formats, in the order in which their formats are listed. */
const FORMATS = ['formats.json', 'nexus-definitions.json'];
let packaged: Vocabulary | undefined;
let packagedTechniques: ReadTechniques | undefined;

interface ReadTechniques {
  readonly file: TechniquesFile;
  readonly index: Techniques;
}

/**
 * The packaged vocabulary, frozen, without terms of facilities; it is read once in a process, synchronously.
 * @throws FederationError CONFIG_INVALID with file, line and column of what is invalid
 */
export function loadVocabulary(): Vocabulary {
  packaged ??= readVocabulary(PACKAGED, loadTechniques());
  return packaged;
}

/** What federation.yaml says of the vocabulary. */
export type VocabularyConfig = Pick<Config, 'facilities' | 'vocabulary' | 'baseDirectory'>;

/**
 * The packaged vocabulary with the techniques file and the terms that federation.yaml names, frozen; read synchronously. Terms
 * that are not right are reported, as {@link readFacilityTerms} does, and left out; by default the first of them is thrown.
 * @throws FederationError CONFIG_INVALID for a file that cannot be read, or with the path of a term that is not right
 */
export function createVocabulary(config: VocabularyConfig, report: Report = refuse): Vocabulary {
  const { techniques: path } = config.vocabulary;
  const { file, index } =
    path === undefined ? loadTechniques() : techniquesAt(resolve(config.baseDirectory, path));
  const added = readFacilityTerms(config.facilities, index, report);
  const { terms } = added;
  if (path === undefined && terms.length === 0) return loadVocabulary();
  const techniques = indexTechniques(file, added);
  return Object.freeze({
    ...loadVocabulary(),
    ...indexSenses(techniques, terms),
    narrower: techniques.narrower,
    techniques: () => techniques.terms,
  });
}

const refuse: Report = (path, message, hint) => {
  throw new FederationError('CONFIG_INVALID', message, { at: pathText(path), hint });
};

/** Those of the package, which every vocabulary of a process begins with. */
function loadTechniques(): ReadTechniques {
  packagedTechniques ??= techniquesIn(PACKAGED);
  return packagedTechniques;
}

const techniquesIn = (folder: URL): ReadTechniques =>
  indexed(readVocabularyFile(new URL('techniques.json', folder), techniquesSchema));

const techniquesAt = (path: string): ReadTechniques =>
  indexed(
    readVocabularyFile(pathToFileURL(path), techniquesSchema, {
      file: path,
      hint: 'Make it with: panfed vocabulary import panet <file of PaNET> --output techniques.json',
    }),
  );

const indexed = (file: TechniquesFile): ReadTechniques => ({ file, index: indexTechniques(file) });

/**
 * A vocabulary, frozen, from a folder with techniques.json, formats.json, nexus-definitions.json, frameworks.yaml and
 * licenses.yaml, which are read synchronously.
 * @param folder ends in a slash
 * @param techniques where its file was read already
 * @throws FederationError CONFIG_INVALID with file, line and column of what is invalid, as {@link readVocabularyFile}
 */
export function readVocabulary(
  folder: URL,
  { index: techniques }: ReadTechniques = techniquesIn(folder),
): Vocabulary {
  const formats = indexFormats(
    FORMATS.flatMap((file) => readVocabularyFile(new URL(file, folder), formatsSchema).formats),
  );
  const frameworks = indexFrameworks(
    readVocabularyFile(new URL('frameworks.yaml', folder), frameworksSchema),
  );
  const licenses = indexLicenses(readVocabularyFile(new URL('licenses.yaml', folder), licensesSchema));
  return Object.freeze({
    ...indexSenses(techniques),
    narrower: techniques.narrower,
    format: formats.format,
    formatsOf: formats.formatsOf,
    narrowerFormats: formats.narrower,
    framework: frameworks.framework,
    frameworksOf: frameworks.frameworksOf,
    frameworkSynonyms: frameworks.synonyms,
    license: licenses.license,
    techniques: () => techniques.terms,
    formats: () => formats.terms,
    frameworks: () => frameworks.names,
    licenses: () => licenses.ids,
  });
}
