import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Chromium: `FM_CHROMIUM`, or the first one on the PATH. */
function findBrowser(): string | undefined {
  const { FM_CHROMIUM, PATH = '' } = process.env;
  if (FM_CHROMIUM) return FM_CHROMIUM;
  const places = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return places.find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether tests in a browser are skipped; says why. Where `FM_REQUIRE_BROWSER` is set they run, and fail without one. */
export const NO_BROWSER = findBrowser() === undefined && !process.env.FM_REQUIRE_BROWSER;
if (NO_BROWSER) console.info('no test in a browser: no chromium on the PATH, and FM_CHROMIUM is not set');

/** A browser of its own; whoever asks closes it. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('there is no chromium on the PATH, and FM_CHROMIUM is not set');
  // Chromium's sandbox does not work for root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}
