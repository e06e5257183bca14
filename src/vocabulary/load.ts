// Loads the packaged vocabulary: reads vocabularies/ once, checks each file, and builds the lookups of Vocabulary.
import { readVocabularyFile } from './document.ts';
import { formatsSchema, indexFormats } from './formats.ts';
import { frameworksSchema, indexFrameworks } from './frameworks.ts';
import { licensesSchema } from './license-schema.ts';
import { indexLicenses } from './licenses.ts';
import { indexTechniques, techniquesSchema } from './techniques.ts';
import type { Vocabulary } from './vocabulary.ts';

const PACKAGED = new URL('../../vocabularies/', import.meta.url);
let packaged: Vocabulary | undefined;

/**
 * The packaged vocabulary, frozen; it is read once in a process, synchronously.
 * @throws FederationError CONFIG_INVALID with file, line and column of what is invalid
 */
export function loadVocabulary(): Vocabulary {
  packaged ??= readVocabulary(PACKAGED);
  return packaged;
}

/**
 * A vocabulary, frozen, from a folder with techniques.json, formats.yaml, frameworks.yaml and licenses.yaml, which are
 * read synchronously.
 * @param folder ends in a slash
 * @throws FederationError CONFIG_INVALID with file, line and column of what is invalid, as {@link readVocabularyFile}
 */
export function readVocabulary(folder: URL): Vocabulary {
  const techniques = indexTechniques(
    readVocabularyFile(new URL('techniques.json', folder), techniquesSchema),
  );
  const formats = indexFormats(readVocabularyFile(new URL('formats.yaml', folder), formatsSchema));
  const frameworks = indexFrameworks(
    readVocabularyFile(new URL('frameworks.yaml', folder), frameworksSchema),
  );
  const licenses = indexLicenses(readVocabularyFile(new URL('licenses.yaml', folder), licensesSchema));
  return Object.freeze({
    technique: techniques.technique,
    narrower: techniques.narrower,
    format: formats.format,
    framework: frameworks.framework,
    frameworkSynonyms: frameworks.synonyms,
    license: licenses.license,
    techniques: () => techniques.terms,
    formats: () => formats.terms,
    frameworks: () => frameworks.names,
    licenses: () => licenses.ids,
  });
}
