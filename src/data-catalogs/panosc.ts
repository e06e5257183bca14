// PaNOSC's search API, as https://github.com/panosc-eu/search-api (f7732f5) has it: LoopBack's filters, on the data model of
// doc/data-model.md.
import { z } from 'zod';
import { type Asking, get, type LookUp, unlessTooLarge } from './catalog-request.ts';
import {
  isOf,
  MAX_DATA_SETS,
  MAX_FILES,
  nameSchema,
  type StatedDataSet,
  type StatedFiles,
  sizeSchema,
  TOO_MANY_FILES,
  techniquesSchema,
  together,
} from './stated.ts';

const documentSchema = z.object({ pid: nameSchema });

/** `document` is of the first version of the data model, where a data set was of one; `documents` of the present one. */
const dataSetSchema = z
  .object({
    pid: nameSchema,
    size: sizeSchema,
    techniques: techniquesSchema,
    document: documentSchema.nullish(),
    documents: z.array(documentSchema).max(64).nullish(),
  })
  .transform(
    ({ pid, size, techniques, document, documents }): StatedDataSet => ({
      ...{ pid, size, techniques, format: null, files: null, path: null },
      documents: [...(document == null ? [] : [document]), ...(documents ?? [])].flatMap(
        (one) => one.pid ?? [],
      ),
    }),
  );

const documentsSchema = z
  .array(
    z.object({
      pid: nameSchema,
      doi: nameSchema,
      datasets: z.array(dataSetSchema).max(MAX_DATA_SETS).nullish(),
    }),
  )
  .max(2);

const filesSchema = z.array(z.object({ name: nameSchema, path: nameSchema })).max(MAX_FILES + 1);

/** Without a scope: one with `where` or `include` makes the API leave out parents that have none. */
const TECHNIQUES = [{ relation: 'techniques' }];

/**
 * A data set by its PID, by the path and, where a server takes the slash of a PID for one of the path, by a filter; or the data sets
 * of the document of that PID or DOI. Each list has a `limit` above 0, for 0 means all. Rejects as {@link get} does.
 */
export const lookUpPanosc: LookUp = async (asking, pid) => {
  const path = `/Datasets/${encodeURIComponent(pid)}`;
  const byPath = await get(asking, path, { filter: { include: TECHNIQUES } }, dataSetSchema);
  if (byPath !== null) return { ...byPath, files: await filesOf(asking, path) };
  const [dataSets, documents] = await Promise.all([
    get(
      asking,
      '/Datasets',
      { filter: { where: { pid }, include: TECHNIQUES, limit: 1 } },
      z.array(dataSetSchema).max(1),
    ),
    get(
      asking,
      '/Documents',
      {
        filter: {
          where: { or: [{ pid }, { doi: pid }] },
          include: [{ relation: 'datasets', scope: { include: TECHNIQUES } }],
          limit: 2,
        },
      },
      documentsSchema,
    ),
  ]);
  const dataSet = dataSets?.find((one) => isOf(one.pid, pid));
  if (dataSet !== undefined) return { ...dataSet, files: await filesOf(asking, path) };
  const document = documents?.find((one) => isOf(one.pid, pid) || isOf(one.doi, pid));
  const within = document?.datasets ?? [];
  return within.length === 0 ? null : together(within, document?.pid ?? pid);
};

async function filesOf(asking: Asking, path: string): Promise<StatedFiles | null> {
  const parameters = { filter: { limit: MAX_FILES + 1 } };
  const files = await unlessTooLarge(get(asking, `${path}/files`, parameters, filesSchema));
  if (files === 'too large') return TOO_MANY_FILES;
  return files === null
    ? null
    : {
        names: files
          .slice(0, MAX_FILES)
          .flatMap((file) => [file.name, file.path].filter((one) => one !== null)),
        isComplete: files.length <= MAX_FILES,
      };
}
