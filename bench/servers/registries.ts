// The labs' registries for (b), in a process of their own, as in reality: the demo's contract servers.
import pino from 'pino';
import { built, ROOT } from '../built.ts';
import { printReady } from './listen.ts';

const { loadConfig } = await built<typeof import('../../src/config/load.ts')>('config/load');
const { startDemoRegistries } =
  await built<typeof import('../../src/registry-server/demo.ts')>('registry-server/demo');

const config = await loadConfig(`${ROOT}federation.yaml`, {});
const registries = await startDemoRegistries(config, pino({ level: 'silent' }));
printReady({
  urls: Object.fromEntries(
    config.facilities.flatMap(({ id, registries: own }) =>
      own.map(({ key }) => [`${id}/${key}`, registries.url(id, key)]),
    ),
  ),
});
