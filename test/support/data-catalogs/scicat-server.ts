// A server that answers as SciCat does (https://github.com/SciCatProject/scicat-backend-next, 4055c962,
// src/datasets/datasets.controller.ts): 404 for what is not there, 403 for what is withheld.
import { hasToken, type RecordingServer, startJsonServer } from './recording-server.ts';

export interface ScicatDataSet extends Readonly<Record<string, unknown>> {
  readonly pid: string;
  /** The bearer token without which it is withheld. */
  readonly withheldWithout?: string;
  /** The PID of the one that is answered instead, where the server errs. */
  readonly answersAs?: string;
}

/** The data sets of a DOI; `pidArray` in version 3. */
export interface ScicatPublished {
  readonly doi: string;
  readonly pids: readonly string[];
}

/** The server; its API is below `/api/v3`, or what else `root` is. */
export const startScicatServer = (
  dataSets: readonly ScicatDataSet[],
  root = '/api/v3',
  published: readonly ScicatPublished[] = [],
): Promise<RecordingServer> =>
  startJsonServer((asked) => {
    const doi = decodeURIComponent(asked.path.slice(`${root}/publisheddata/`.length));
    const of = published.find((one) => one.doi === doi);
    if (of !== undefined) {
      const { pids } = of;
      return {
        body: {
          doi,
          title: 'Published',
          ...(root.endsWith('v4') ? { datasetPids: pids } : { pidArray: pids }),
        },
      };
    }
    const pid = decodeURIComponent(asked.path.slice(`${root}/datasets/`.length));
    const row = dataSets.find((one) => one.pid === pid);
    if (!asked.path.startsWith(`${root}/datasets/`) || row === undefined) {
      return {
        status: 404,
        body: { message: `Dataset #${pid} not found`, error: 'Not Found', statusCode: 404 },
      };
    }
    const { withheldWithout: token, answersAs, ...own } = row;
    const shown: Readonly<Record<string, unknown>> =
      answersAs === undefined ? own : { ...own, pid: answersAs };
    if (token !== undefined && !hasToken(asked, token)) {
      return { status: 403, body: { message: 'Unauthorized access', error: 'Forbidden', statusCode: 403 } };
    }
    const { fields } = (asked.parameters.filter ?? {}) as { readonly fields?: readonly string[] };
    if (root.endsWith('v4') || fields === undefined) return { body: shown };
    return {
      body: Object.fromEntries(Object.entries(shown).filter(([name]) => fields.includes(name))),
    };
  });
