import { chromium, type Browser } from 'playwright-core'
import { findChromium } from '../../src/doctor/tools.js'

const executable = findChromium()

export const noChromium = executable === undefined

/** The end of a test's name: why it is skipped, when it is. */
export const whySkipped = noChromium ? ' (skipped: no Chromium in CHROMIUM_PATH or on PATH)' : ''

/** A browser without a window. Close it. */
export function launch(): Promise<Browser> {
  // Chromium's sandbox does not work for root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath: executable, args })
}
