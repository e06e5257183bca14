// The form of /job: what the job is to do. The candidate and the question stay, as hidden fields.
import { type Html, html } from './html.ts';
import { type CandidateName, candidateParameters, JOB_PATH, type JobQuery } from './job-query.ts';

const PATHS = 'Paths of the data on the nodes, one a line';
const CREDENTIALS = 'Your credentials for the registry';

/** A note of the gateway, which names its arguments, with the labels of the form. */
export const withLabels = (note: string): string =>
  note.replace(/`(data|credentials)`/g, (_, name) => `“${name === 'data' ? PATHS : CREDENTIALS}”`);

/** The form, which gets {@link JOB_PATH} with the parameters of {@link readJobQuery}. `engines`: those that run the image there. */
export function jobForm(query: JobQuery, candidate: CandidateName, engines: readonly string[]): Html {
  const hidden = [...candidateParameters(query.match.fields, candidate)];
  const option = (value: string, label: string): Html =>
    html`<option value="${value}"${value === (query.engine ?? '') && html` selected`}>${label}</option>\n`;
  return html`<form class="match" action="${JOB_PATH}" method="get" aria-label="Job">
<fieldset><legend>What it runs</legend>
${linesField('command', 'Program and arguments, one a line', query.command, 'Empty: what the image starts by itself')}
</fieldset>
<fieldset><legend>What it reads</legend>
${linesField('paths', PATHS, query.paths, 'As /gpfs/run7; the program reads them there')}
</fieldset>
<fieldset><legend>How</legend>
<div class="field"><label for="engine">Engine</label>
<select id="engine" name="engine">
${option('', 'The first that can')}${engines.map((engine) => option(engine, engine))}</select></div>
${textField('name', 'Name of the job', query.name, 'The software’s unless said')}
${textField('credentials', CREDENTIALS, query.credentials, 'The path of your file on the nodes, or with Kubernetes the name of your secret: it is named, and never read')}
</fieldset>
${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`)}<button type="submit">Write the job</button>
</form>`;
}

function linesField(name: string, label: string, lines: readonly string[], hint: string): Html {
  return html`<div class="field"><label for="${name}">${label}</label>
<textarea id="${name}" name="${name}" rows="4" aria-describedby="${name}-hint" autocomplete="off" spellcheck="false">
${lines.map((line) => html`${line}\n`)}</textarea>
${hintOf(name, hint)}</div>`;
}

function textField(name: string, label: string, value: string | null, hint: string): Html {
  return html`<div class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="text" value="${value}" aria-describedby="${name}-hint" autocomplete="off" spellcheck="false">
${hintOf(name, hint)}</div>`;
}

const hintOf = (name: string, hint: string): Html =>
  html`<span class="quiet hint" id="${name}-hint">${hint}</span>`;
