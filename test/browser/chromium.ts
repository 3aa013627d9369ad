import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome']

const runs = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The system's Chromium: CHROMIUM_PATH, or else the first on PATH; undefined when there is none. */
const executable =
  process.env.CHROMIUM_PATH ??
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find(runs)

export const noChromium = executable === undefined

/** The end of a test's name: why it is skipped, when it is. */
export const whySkipped = noChromium ? ' (skipped: no Chromium in CHROMIUM_PATH or on PATH)' : ''

/** A browser without a window. Close it. */
export function launch(): Promise<Browser> {
  // Chromium's sandbox does not work for root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath: executable, args })
}
