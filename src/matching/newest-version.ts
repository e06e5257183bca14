// The version of a framework that an image has.
import { compareVersionsDescending } from '../catalog/index/order.ts';
import { fold } from '../model/fold.ts';
import type { ImageRecord } from '../model/image.ts';

/** The newest version in the image of the framework whose names `isSame` knows; null: nobody said. */
export function newestVersion(
  { frameworks }: Pick<ImageRecord, 'frameworks'>,
  isSame: (name: string) => boolean,
): string | null {
  let newest: string | null = null;
  for (const { name, version } of frameworks) {
    if (isSame(name) && compareVersionsDescending(version, newest) < 0) newest = version;
  }
  return newest;
}

/** As {@link newestVersion}, by the folded name of the framework. */
export const versionOf = (image: Pick<ImageRecord, 'frameworks'>, framework: string): string | null =>
  newestVersion(image, (name) => fold(name) === framework);
