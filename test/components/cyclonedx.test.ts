// CycloneDX: components within others, what is described, licenses, groups.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bytesOf, cyclonedx, sbomOf } from './sboms.ts';

describe('a CycloneDX document', () => {
  test('gives the components within others, and what it describes', () => {
    const { components } = sbomOf(
      bytesOf(
        cyclonedx(
          [
            {
              type: 'library',
              name: 'a',
              components: [{ type: 'file', name: 'f', components: [{ name: 'b' }] }],
            },
            { name: 'c' },
          ],
          {
            metadata: { component: { type: 'application', name: 'app', components: [{ name: 'part' }] } },
          },
        ),
      ),
    );
    assert.deepEqual(
      components.map(({ name }) => name),
      ['app', 'part', 'a', 'b', 'c'],
    );
  });

  test('does not give the image that it describes', () => {
    const metadata = { component: { type: 'container', name: 'registry/image' } };
    assert.deepEqual(sbomOf(bytesOf(cyclonedx([], { metadata }))).components, []);
  });

  test('has several licenses of a component together, and those alone that were concluded', () => {
    const license = (id: string, acknowledgement?: string) => ({ license: { id, acknowledgement } });
    const { components } = sbomOf(
      bytesOf(
        cyclonedx([
          {
            name: 'a',
            licenses: [license('MIT'), { expression: 'ISC OR Zlib' }, { license: { name: 'own' } }],
          },
          { name: 'b', licenses: [license('MIT', 'declared'), license('ISC', 'concluded')] },
          { name: 'c', licenses: [null, 5, {}, { license: 'MIT' }] },
        ]),
      ),
    );
    assert.deepEqual(
      components.map(({ license: text }) => text),
      ['MIT AND (ISC OR Zlib) AND own', 'ISC', null],
    );
  });

  test('has npm’s scope in the name, and no other group', () => {
    const { components } = sbomOf(
      bytesOf(
        cyclonedx([
          { group: '@scope', name: 'a' },
          { group: 'org.apache', name: 'b' },
        ]),
      ),
    );
    assert.deepEqual(
      components.map(({ name }) => name),
      ['@scope/a', 'b'],
    );
  });
});
