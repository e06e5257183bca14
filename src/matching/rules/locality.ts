// Whether the data are mounted where the job would run.
import type { ComputeResource } from '../../model/compute.ts';
import { sizeText } from '../../model/size.ts';
import type { Question } from '../question.ts';
import { listed, no, type Outcome, shown, yes } from '../verdict.ts';

/**
 * The dimension `locality`: the facility of the data is one of those whose data the resource reads. The source is federation.yaml's
 * `readsDataOf`, which is never unknown: nothing but what it names is mounted. The message says the size and the folder of the data.
 */
export function judgeLocality(question: Question, { readsDataOf, name }: ComputeResource): Outcome {
  const { facility } = question;
  const facts = factsOf(question);
  if (facility === null)
    return yes('DATA_PLACE_NOT_ASKED', `Nobody said where the data are, so that is not judged.${facts}`);
  const data = `The data are at ${shown(facility)}`;
  if (readsDataOf.includes(facility))
    return yes('DATA_MOUNTED', `${data}, whose data ${shown(name)} reads.${facts}`);
  const reads = readsDataOf.length === 0 ? 'no data of any facility' : `data of ${listed(readsDataOf)} alone`;
  return no(
    'DATA_ELSEWHERE',
    `${data}; ${shown(name)} reads ${reads}.${facts}`,
    readsDataOf.length === 0
      ? 'Use a resource that reads the data where they are.'
      : `Copy the data to ${listed(readsDataOf)}, or use a resource that reads them where they are.`,
  );
}

/** What is known of the data besides: reported, and not judged, for nobody says how much room there is. */
function factsOf({ size, path }: Question): string {
  const have = size === null ? '' : ` They have ${sizeText(size)}.`;
  return path === null ? have : `${have} Their folder is ${shown(path)}.`;
}
