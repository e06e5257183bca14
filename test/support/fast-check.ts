// fast-check, with the one setting of how many random cases a property tries: few in every run of the suite, and
// PANFED_RUNS times as many in `npm run test:long`.
import fc from 'fast-check';

const SETTING = 'PANFED_RUNS';
/** What fast-check tries where a property says nothing. */
const USUAL = 100;

const factor = Number(process.env[SETTING] ?? 1);
if (!(factor > 0 && factor <= 1_000)) {
  throw new RangeError(`${SETTING}=${process.env[SETTING]}: expected a number above 0, and 1000 at the most`);
}

/** The number of cases, of which `usual` are tried where nothing is set; at least one. */
export const runs = (usual: number): number => Math.ceil(usual * factor);

fc.configureGlobal({ numRuns: runs(USUAL) });

export { default } from 'fast-check';
