// Registries over a sample of images, which it writes first, in a process of their own, as in reality. Arguments: the
// folder, and how many images.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { built, ROOT } from '../built.ts';
import { sampleConfig } from '../sample.ts';
import { printReady } from './listen.ts';

const { loadConfig } = await built<typeof import('../../src/config/load.ts')>('config/load');
const { createRegistryServer, loadRegistryCatalog } =
  await built<typeof import('../../src/registry-server/server.ts')>('registry-server/server');

const [folder = '', images = '1000'] = process.argv.slice(2);
const sample = await sampleConfig(await loadConfig(`${ROOT}federation.yaml`, {}), Number(images), folder);
const config = join(folder, 'config.json');
await writeFile(config, JSON.stringify(sample));
const urls: Record<string, string> = {};
for (const { id: facility, registries } of sample.facilities) {
  for (const { key, url = '' } of registries) {
    const catalog = await loadRegistryCatalog(url, { facility });
    urls[`${facility}/${key}`] = (await createRegistryServer({ catalog })).url;
  }
}
printReady({ config, urls });
