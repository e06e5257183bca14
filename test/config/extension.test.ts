import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { readExtensionSchema } from '../../src/config/extension.ts';
import { configFile } from './folder.ts';

test('the schema of an extension is read from the folder of federation.yaml', async (context) => {
  const folder = dirname(
    await configFile(context, '', { 'esrf.graphql': 'type Image { beamline: String }' }),
  );
  assert.match(await readExtensionSchema('esrf', { schema: 'esrf.graphql' }, folder), /beamline/);
});

test('one that cannot be read is CONFIG_INVALID, with its path', async (context) => {
  const folder = dirname(await configFile(context, ''));
  await assert.rejects(readExtensionSchema('esrf', { schema: 'none.graphql' }, folder), {
    code: 'CONFIG_INVALID',
    at: `${folder}/none.graphql`,
    message: /esrf’s extension cannot be read \(ENOENT\)/,
  });
});
