/**
 * Collects all garbage now, before a burst: its thousands of journeys fill the room of the young, and a collection that comes in their
 * midst copies them all, for 100 ms and more. Nothing happens where the worker may not ask for it.
 */
export function sweep(): void {
  globalThis.gc?.()
}
