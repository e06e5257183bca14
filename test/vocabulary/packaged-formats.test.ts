// The packaged formats are true of each other and of what they are taken from: NeXus, EDAM.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { loadVocabulary } from '../../src/vocabulary/load.ts';

const packaged = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../vocabularies/${file}`, import.meta.url), 'utf8'));

describe('the packaged formats', () => {
  const vocabulary = loadVocabulary();
  const formats = vocabulary.formats();
  const nexus: readonly { readonly id: string }[] = packaged('nexus-definitions.json').formats;

  test('are each found by id and label, and by each synonym', () => {
    for (const { id, label, synonyms } of formats)
      for (const name of [id, label, ...synonyms]) assert.equal(vocabulary.format(name)?.id, id, name);
  });

  test('are given for each of their endings and media types', () => {
    for (const format of formats) {
      for (const ending of format.extensions) assert(vocabulary.formatsOf(`.${ending}`).includes(format));
      for (const mediaType of format.mediaTypes)
        assert.equal(vocabulary.format(mediaType), format, mediaType);
    }
  });

  test('are every application definition of NeXus 2026.01, each in HDF5, and many besides', () => {
    assert.equal(packaged('nexus-definitions.json').about.version, 'v2026.01');
    assert.equal(nexus.length, 45);
    const inHdf5 = vocabulary.narrowerFormats('HDF5');
    for (const { id } of nexus) {
      assert(inHdf5.includes(id), id);
      assert.deepEqual(vocabulary.format(id)?.mark, { path: '/*/definition', value: id });
    }
    assert(formats.length - nexus.length >= 60);
  });

  test('are never narrower than each other', () => {
    for (const { id } of formats)
      for (const other of vocabulary.narrowerFormats(id))
        assert(other === id || !vocabulary.narrowerFormats(other).includes(id), `${id} and ${other}`);
  });

  test('have ids of EDAM 1.25.3 that are formats which a file can have, each of one format', () => {
    const { about, formats: states } = packaged('edam.json');
    assert.equal(about.version, '1.25.3');
    const used = formats.flatMap(({ edam }) => edam ?? []);
    assert.deepEqual([...used].sort(), Object.keys(states));
    for (const [id, state] of Object.entries(states)) assert.equal(state, 'concrete', id);
  });

  test('never have the ids of EDAM that mean something else', () => {
    // No such id, a class of all that is text, and the phylogenetic format that is also named Nexus.
    for (const id of ['format_4024', 'format_2330', 'format_1912'])
      assert.equal(vocabulary.format(id), null, id);
  });
});
