// What a caller should know of an image's signatures beside their state.
import type { VisibleImage } from '../policy/engine.ts';
import type { ImageNotice } from './history.ts';

/**
 * `TRUST_LOST` for an image that was verified and is not any more: its signature was removed, revoked or lost its time.
 * `SIGNED_AS_OTHER` for one whose signatures name other repositories alone, as those of a mirrored image do. Empty where
 * neither is so. Times in messages are UTC; `since` is in milliseconds since the epoch.
 */
export function trustNotices({ trust }: VisibleImage): readonly ImageNotice[] {
  const { state, lastVerified, signedAs } = trust;
  const notices: ImageNotice[] = [];
  if (lastVerified !== null && state !== 'verified') {
    notices.push({
      ...{ code: 'TRUST_LOST', tag: null, since: lastVerified },
      message: `A signature of this image was verified at ${new Date(lastVerified).toISOString()}; there is none any more.`,
    });
  }
  if (signedAs.length > 0) {
    notices.push({
      ...{ code: 'SIGNED_AS_OTHER', tag: null, since: null },
      message: `Its signature was made for ${signedAs.join(', ')}: this is a copy of it.`,
    });
  }
  return notices;
}
