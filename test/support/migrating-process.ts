// A process that brings a store up to the steps of a test, for tests that kill it. Argument: the store's place as JSON.
import { writeSync } from 'node:fs';
import { openEngine } from '../../src/store/engine/open-engine.ts';
import { migrate } from '../../src/store/schema/migrate.ts';
import { STEPS } from './migration-steps.ts';

const engine = await openEngine(JSON.parse(process.argv[2] ?? ''));
writeSync(1, 'started\n');
await migrate(engine, STEPS);
writeSync(1, 'done\n');
await engine.close();
