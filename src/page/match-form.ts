// The form of /match: the data, the software, where it may run, and what the job takes.
import { choiceOf } from '../discovery/ambiguous.ts';
import type { PageResourcesQuery } from '../graphql/generated/operations.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import type { Frame } from './answer.ts';
import { type Html, html } from './html.ts';
import { AMOUNTS, MATCH_PATH, type MatchFields, matchHref } from './match-query.ts';
import { placeOf } from './problems.ts';

export type Resources = PageResourcesQuery['computeResources'];

/** What a browser offers while a technique or a format is written; its names are those that the form refers to. */
export function suggestionLists(vocabulary: Vocabulary): Html {
  const option = (value: string, label: string): Html =>
    html`<option value="${value}"${value !== label && html` label="${label}"`}></option>`;
  return html`<datalist id="techniques">${vocabulary
    .techniques()
    .map((technique) => option(choiceOf(technique, vocabulary), technique.label))}</datalist>
<datalist id="formats">${vocabulary.formats().map(({ id, label }) => option(id, label))}</datalist>`;
}

/**
 * The form, which gets {@link MATCH_PATH} with the parameters of {@link readMatchQuery}. A place or a resource that is not known
 * stays selected.
 */
export function matchForm(fields: MatchFields, frame: Frame, resources: Resources, lists: Html): Html {
  // On a phone the answer begins below the form.
  return html`<form class="match" id="question" action="${MATCH_PATH}#results" method="get" aria-label="Match">
<fieldset><legend>The data</legend>
${textField('pid', 'Data set', fields.pid, { hint: 'Its DOI or other PID, to look it up in its data catalog' })}
${textField('format', 'Format', fields.format, { list: 'formats', hint: 'A name or an ending, as HDF5 or .mrc' })}
${textField('technique', 'Technique', fields.technique, { list: 'techniques' })}
${selectField('facility', 'Where they are', 'Anywhere', placesOf(frame), placeIdOf(fields.facility, frame))}
</fieldset>
<fieldset><legend>The software, and where it runs</legend>
${textField('framework', 'Software', fields.framework, { hint: 'If it must be a certain one' })}
${onlyImage(fields)}
${selectField('resource', 'Compute resource', 'Any', resourcesOf(resources), fields.resource)}
</fieldset>
<fieldset><legend>The job, on one node</legend>
${textField('cpus', 'Cores', fields.cpus, { numeric: true })}
${textField('memory', 'Memory', fields.memory, { hint: 'As 64 GiB' })}
${textField('time', 'Time', fields.time, { hint: 'As 12:00:00, or 2-00:00:00 with days' })}
</fieldset>
<button type="submit">Match</button>
${lists}
</form>`;
}

/** The one image that is asked about, which a link names, and the way on to any. */
const onlyImage = ({ image, ...others }: MatchFields): Html | null =>
  image === null
    ? null
    : html`<div class="field"><span class="name">Only the image</span> <code>${image}</code>
<input type="hidden" name="image" value="${image}"> <a href="${matchHref(others)}">Any image</a></div>`;

interface TextOptions {
  /** The id of the list of what may be written. */
  readonly list?: string;
  readonly hint?: string;
  readonly numeric?: boolean;
}

function textField(
  name: keyof MatchFields,
  label: string,
  value: string | null,
  { list, hint, numeric = false }: TextOptions,
): Html {
  const describes = hint !== undefined && html` aria-describedby="${name}-hint"`;
  const listed = list !== undefined && html` list="${list}"`;
  return html`<div class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="text" value="${value}"${listed}${describes}${numeric && html` inputmode="numeric" title="${AMOUNTS.cpus}"`} autocomplete="off" spellcheck="false">
${hint !== undefined && html`<span class="quiet hint" id="${name}-hint">${hint}</span>`}</div>`;
}

interface Option {
  readonly value: string;
  readonly label: string;
  /** The group that it is listed in; null: none. */
  readonly group: string | null;
}

function selectField(
  name: keyof MatchFields,
  label: string,
  none: string,
  options: readonly Option[],
  chosen: string | null,
): Html {
  const isKnown = chosen === null || options.some(({ value }) => value === chosen);
  const option = ({ value, label: text }: Pick<Option, 'value' | 'label'>): Html =>
    html`<option value="${value}"${value === (chosen ?? '') && html` selected`}>${text}</option>\n`;
  const groups = [...new Set(options.map(({ group }) => group))];
  return html`<div class="field"><label for="${name}">${label}</label>
<select id="${name}" name="${name}">
${option({ value: '', label: none })}${groups.map((group) => {
  const listed = options.filter((one) => one.group === group).map(option);
  return group === null ? listed : html`<optgroup label="${group}">${listed}</optgroup>`;
})}${!isKnown && option({ value: chosen, label: chosen })}</select></div>`;
}

const placesOf = ({ facilities }: Frame): readonly Option[] =>
  facilities.map(({ id, name }) => ({ value: id, label: name, group: null }));

const placeIdOf = (text: string | null, { facilities }: Frame): string | null =>
  text === null ? null : (placeOf(text, facilities)?.id ?? text);

const resourcesOf = (resources: Resources): readonly Option[] =>
  resources.map(({ id, name, use, facility }) => ({
    value: id,
    label: use ? name : `${name} (not for you)`,
    group: facility.name,
  }));
