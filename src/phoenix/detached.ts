/** A substring keeps the whole text that it is of in memory; a copy does not. Thousands of viewers keep some of each page and frame. */
export function detached(text: string): string {
  return ` ${text}`.slice(1)
}
