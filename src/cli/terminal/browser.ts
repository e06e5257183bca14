// `--web`: opens an address in the browser of whoever sits at this machine, if anybody does.
import open from 'open';
import type { Output } from './output.ts';

/** Prints the address, and opens it where there is a display: on a server or through ssh the address is all there is. */
export async function openPage(
  address: URL,
  output: Pick<Output, 'data'>,
  env: NodeJS.ProcessEnv,
  launch: (address: string) => Promise<{ on(event: 'error', call: () => void): unknown }> = open,
): Promise<void> {
  output.data(`${address.href}\n`);
  if (!hasDisplay(env, process.platform)) return;
  // A browser that does not start leaves the address, which was printed.
  const child = await launch(address.href);
  child.on('error', () => {});
}

/** Whether a window that is opened here is seen by who typed the command. */
export function hasDisplay(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (env.SSH_CONNECTION) return false;
  return (
    platform === 'darwin' ||
    platform === 'win32' ||
    Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME)
  );
}
