const sentences = {
  absent: 'is not on the page',
  no_binding: 'has nothing that sends this event',
  disabled: 'is disabled',
  tree_not_kept: 'cannot be looked for: the view keeps nothing of its page',
  broken_tree: 'cannot be looked for: a diff could not be merged',
} as const

/** Something that a user of the page could not do: what the scenario expects is not there. */
export class Stuck extends Error {
  override readonly name = 'Stuck'

  constructor(
    readonly selector: string,
    readonly why: keyof typeof sentences,
  ) {
    super(`${selector} ${sentences[why]}.`)
  }
}
