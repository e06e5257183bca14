// The labs' registries for (b), in a process of their own, as in reality: the demo's contract servers. Argument: the path of
// federation.yaml.
import pino from 'pino';
import { built } from '../built.ts';
import { printReady } from './listen.ts';

const { loadConfig } = await built<typeof import('../../src/config/load.ts')>('config/load');
const { startDemoRegistries } =
  await built<typeof import('../../src/registry-server/demo.ts')>('registry-server/demo');

const config = await loadConfig(process.argv[2] ?? '', {});
const registries = await startDemoRegistries(config, pino({ level: 'silent' }));
printReady({
  urls: Object.fromEntries(
    config.facilities.flatMap(({ id, registries: own }) =>
      own.map(({ key }) => [`${id}/${key}`, registries.url(id, key)]),
    ),
  ),
});
