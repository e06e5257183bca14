// A temporary folder with a federation.yaml in it, gone when the test ends.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Writes the files below a new folder, and gives the path of its federation.yaml. */
export async function configFile(
  test: TestContext,
  text: string,
  others: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = temporaryFolder(test);
  for (const [name, content] of Object.entries({ ...others, 'federation.yaml': text })) {
    await writeFile(join(folder, name), content);
  }
  return join(folder, 'federation.yaml');
}

export const SECRET = 'a-sample-of-at-least-thirty-two-bytes';

/** The least that is valid. */
export const LEAST = `federation:
  name: Test
  secret: { env: PANFED_SECRET }
facilities:
  - id: esrf
    name: ESRF
    scopes: [esrf.eu]
    registries:
      - key: main
        kind: graphql
        url: https://registry.esrf.eu/graphql
        pull: registry.esrf.eu
`;
