// SciCat's API, versions 3 and 4: GET /datasets/{pid} and /publisheddata/{doi}, as
// https://github.com/SciCatProject/scicat-backend-next (4055c962, src/datasets and src/published-data, *.controller.ts) has them. A data
// set that is withheld is 403 there.
import { z } from 'zod';
import { parsePid } from '../model/pid.ts';
import { type Asking, get, type LookUp } from './catalog-request.ts';
import {
  isOf,
  MAX_DATA_SETS,
  nameSchema,
  pathSchema,
  type StatedDataSet,
  sizeSchema,
  techniquesSchema,
  together,
} from './stated.ts';

/** `size` 0 is what SciCat has before it knows. `proposalId` is of version 3, `proposalIds` of version 4. */
const dataSetSchema = z
  .object({
    pid: nameSchema,
    size: sizeSchema,
    techniques: techniquesSchema,
    dataFormat: nameSchema,
    sourceFolder: pathSchema,
    proposalId: nameSchema,
    proposalIds: z.array(nameSchema).max(64).nullish(),
  })
  .transform(
    ({ pid, size, techniques, dataFormat, sourceFolder, proposalId, proposalIds }): StatedDataSet => ({
      ...{ pid, techniques, files: null, format: dataFormat, path: sourceFolder },
      size: size === 0 ? null : size,
      documents: [proposalId, ...(proposalIds ?? [])].filter((id) => id !== null),
    }),
  );

/** Version 3 leaves out what else a data set has, of which the scientific metadata are the most; version 4 does not know the filter. */
const FILTER = {
  fields: ['pid', 'size', 'techniques', 'dataFormat', 'sourceFolder', 'proposalId', 'proposalIds'],
};

/** A DOI of SciCat is mostly of published data: several data sets. `pidArray` is of version 3, `datasetPids` of version 4. */
const publishedSchema = z
  .object({
    doi: nameSchema,
    pidArray: z.array(nameSchema).max(MAX_DATA_SETS).nullish(),
    datasetPids: z.array(nameSchema).max(MAX_DATA_SETS).nullish(),
  })
  .transform(({ doi, pidArray, datasetPids }) => ({
    doi,
    pids: [...new Set((pidArray ?? datasetPids ?? []).filter((pid) => pid !== null))],
  }));

/** Data sets of published data that are asked for; of more of them no technique is known. */
const MAX_PARTS = 10;

/** A data set by its PID, or the data sets that were published by a DOI. Rejects as {@link get} does. */
export const lookUpScicat: LookUp = async (asking, pid) => {
  const dataSet = await dataSetOf(asking, pid);
  if (dataSet !== null) return dataSet;
  const published = await get(asking, `/publisheddata/${encodeURIComponent(pid)}`, {}, publishedSchema);
  if (published === null || !isOf(published.doi, pid) || published.pids.length === 0) return null;
  const { pids } = published;
  const parts = await Promise.all(pids.slice(0, MAX_PARTS).map((part) => dataSetOf(asking, part)));
  const shown = parts.flatMap((part, index) =>
    part !== null && isOf(part.pid, pids[index] ?? '') ? [part] : [],
  );
  // What is withheld, or not asked for, may be of another technique.
  return together(shown.length === pids.length ? shown : [], pid);
};

/** null, too, for a PID that is none, as `..`: it would lead elsewhere. */
const dataSetOf = async (asking: Asking, pid: string): Promise<StatedDataSet | null> =>
  parsePid(pid) !== pid
    ? null
    : get(asking, `/datasets/${encodeURIComponent(pid)}`, { filter: FILTER }, dataSetSchema);
