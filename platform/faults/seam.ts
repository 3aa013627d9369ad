import type { App, Seams } from '../kernel.js'

/** Seams that are one function each. */
type Single = { [K in keyof Seams]: Seams[K] extends readonly unknown[] ? never : K }[keyof Seams]

/** Puts another function into a seam; the result puts the honest one back. */
export function swap<K extends Single>(app: App, seam: K, replacement: Seams[K]): () => void {
  const honest = app.seams[seam]
  app.seams[seam] = replacement
  return () => {
    app.seams[seam] = honest
  }
}

/** Adds a hook to a list of hooks; the result takes it out again. */
export function hook<F>(hooks: F[], added: F): () => void {
  hooks.push(added)
  return () => {
    const place = hooks.indexOf(added)
    if (place >= 0) hooks.splice(place, 1)
  }
}
