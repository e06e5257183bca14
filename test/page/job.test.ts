// The page /job: the job of one candidate as a gateway of the test's own answers it, or why there is none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Gateway, RequestContext } from '../../src/graphql/gateway.ts';
import { ANONYMOUS } from '../../src/model/subject.ts';
import type { Frame } from '../../src/page/answer.ts';
import { createJobPage } from '../../src/page/job.ts';
import { jobHref, readJobQuery } from '../../src/page/job-query.ts';
import { readMatchQuery } from '../../src/page/match-query.ts';

const FRAME: Frame = {
  viewer: { authenticated: false, name: null, academic: null, sites: [] },
  facilities: [],
};
const REQUEST: RequestContext = { caller: ANONYMOUS, ended: new AbortController().signal };

const MADE = {
  ...{ engine: 'APPTAINER', fileName: 'relion.slurm.sh', submit: 'sbatch relion.slurm.sh' },
  text: "#!/bin/bash\n#SBATCH --time=60\necho '<b>' \u202e\n",
  notes: ['It pulls the image in the job.', 'Name them in `data`.'],
};

const candidate = (more: object = {}) => ({
  framework: { name: 'RELION' },
  ...{ version: '5.0', verdict: 'UNKNOWN', engines: ['apptainer', 'podman'] },
  resource: { id: 'desy/gpu', name: 'Maxwell', scheduler: 'SLURM' },
  image: { id: 'esrf/main/em/relion@sha256:1', reference: 'registry.esrf.eu/em/relion@sha256:1' },
  findings: [
    { dimension: 'FORMAT', verdict: 'YES', code: 'A', message: 'It reads it.', remedy: null },
    { dimension: 'MPI', verdict: 'UNKNOWN', code: 'B', message: 'Nobody said.', remedy: 'Say it.' },
  ],
  ...{ job: MADE, noJob: null },
  ...more,
});

/** What the page answers where the gateway gives these candidates, or an error; and what it asked. */
async function open(address: string, nodes: readonly object[] = [candidate()], error?: object) {
  const asked: Record<string, unknown>[] = [];
  const ask = async (_text: string, variables: Record<string, unknown>) => {
    asked.push(variables);
    return error === undefined ? { data: { match: { nodes } }, errors: [] } : { data: null, errors: [error] };
  };
  const page = createJobPage({ ask } as unknown as Gateway);
  const { searchParams } = new URL(address, 'http://a.example/');
  const { status, title, main } = await page(searchParams, FRAME, REQUEST);
  return { asked, status, title, text: (Array.isArray(main) ? main : [main]).join('') };
}

const HREF = './job?format=MRC&memory=64+GiB&software=RELION&at=desy%2Fgpu&version=5.0';

test('a link names the candidate, and the question that found it', () => {
  const { query } = readMatchQuery(new URLSearchParams('format=MRC&memory=64+GiB'));
  const href = jobHref(query.fields, { software: 'RELION', at: 'desy/gpu', version: '5.0' });
  assert.equal(href, HREF);
  const read = readJobQuery(new URL(href, 'http://a.example/').searchParams).query;
  assert.deepEqual(read.candidate, { software: 'RELION', at: 'desy/gpu', version: '5.0' });
  assert.deepEqual(read.match.fields, query.fields);
});

test('the job of that software, version and resource is asked for, with the question that found it', async () => {
  const { asked } = await open(
    `${HREF}&engine=podman&command=relion_refine%0D%0A--o%0D%0A+a+b%0D%0A&paths=/gpfs/a%0A%0A/gpfs/b&name=mine&credentials=/home/me/auth.json`,
  );
  assert.deepEqual(asked, [
    {
      data: { pid: null, format: 'MRC', technique: null, facility: null },
      compute: { resources: ['desy/gpu'], cpus: null, memory: 64 * 1_024 ** 3, time: null },
      image: null,
      only: { frameworks: ['RELION'], versions: ['5.0'] },
      engine: 'PODMAN',
      with: {
        ...{ command: ['relion_refine', '--o', ' a b'], data: ['/gpfs/a', '/gpfs/b'] },
        ...{ credentials: '/home/me/auth.json', name: 'mine' },
      },
    },
  ]);
});

test('the job’s text keeps its lines, and nothing in it is markup', async () => {
  const { status, title, text } = await open(HREF);
  assert.deepEqual([status, title], [200, 'Job: RELION at Maxwell']);
  assert.match(text, /<pre><code>#!\/bin\/bash\n#SBATCH --time=60\necho &#39;&lt;b&gt;&#39; <\/code><\/pre>/);
  assert.match(text, /Save this as <code>relion\.slurm\.sh<\/code>/);
  assert.match(text, /<pre><code>sbatch relion\.slurm\.sh<\/code><\/pre>/);
  assert.match(text, /<li>It pulls the image in the job\.<\/li>/);
  assert.match(text, /<li>Name them in “Paths of the data[^”]*”\.<\/li>/);
});

test('what is not known is beside the job, and what is, is not', async () => {
  const { text } = await open(HREF);
  assert.match(text, /<dt>MPI<\/dt>.*Nobody said\..*<strong>Say it\.<\/strong>/s);
  assert.doesNotMatch(text, /It reads it/);
});

test('where there is no job, the page says why', async () => {
  const { status, text } = await open(HREF, [candidate({ job: null, noJob: 'You may not <run> it.' })]);
  assert.equal(status, 200);
  assert.match(
    text,
    /role="status"><p><strong>There is no job\.<\/strong> You may not &lt;run&gt; it\.<\/p>/,
  );
  assert.doesNotMatch(text, /Save this as/);
});

test('the form keeps what was entered, and the candidate', async () => {
  const { text: form } = await open(`${HREF}&command=a%0A%3C%2Ftextarea%3E&engine=podman`);
  assert.match(form, /<textarea id="command"[^>]*>\na\n&lt;\/textarea&gt;\n<\/textarea>/);
  assert.match(form, /<option value="podman" selected>/);
  assert.match(form, /<input type="hidden" name="at" value="desy\/gpu">/);
  assert.match(form, /<input type="hidden" name="format" value="MRC">/);
});

test('what the gateway refuses can be changed in the form', async () => {
  const error = {
    message: 'No such path.',
    extensions: { code: 'BAD_INPUT', hint: 'Give an absolute one.' },
  };
  const { status, text } = await open(`${HREF}&paths=here`, [], error);
  assert.equal(status, 400);
  assert.match(text, /role="alert".*No such path\. Give an absolute one\./s);
  assert.match(text, /<textarea id="paths"[^>]*>\nhere\n/);
});

test('a candidate that is not there is 404, and so is an address that names none', async () => {
  const absent = await open(HREF, []);
  const unnamed = await open('./job?format=MRC');
  assert.deepEqual([absent.status, unnamed.status], [404, 404]);
  assert.match(absent.text, /<a href="\.\/match\?format=MRC&amp;memory=64\+GiB">Back to the candidates/);
  assert.equal(unnamed.asked.length, 0);
});

test('an amount that is none is reported before anything is asked', async () => {
  const { status, text, asked } = await open(`${HREF}&time=soon`);
  assert.equal(status, 400);
  assert.match(text, /“soon” is not a duration/);
  assert.equal(asked.length, 0);
});
