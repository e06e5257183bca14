// SciCat's API, versions 3 and 4: GET /datasets/{pid}, as https://github.com/SciCatProject/scicat-backend-next (4055c962,
// src/datasets/datasets.controller.ts and datasets.v4.controller.ts) has it. A data set that is withheld is 403 there.
import { z } from 'zod';
import { get, type LookUp } from './catalog-request.ts';
import { nameSchema, pathSchema, type StatedDataSet, sizeSchema, techniquesSchema } from './stated.ts';

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

/** A data set by its PID. Rejects as {@link get} does. */
export const lookUpScicat: LookUp = (asking, pid) =>
  get(asking, `/datasets/${encodeURIComponent(pid)}`, { filter: FILTER }, dataSetSchema);
