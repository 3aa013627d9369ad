import { getPage, LiveClient, type Answer, type DeadPage } from './live-client.js'
import type { ClientTree } from './live-oracle.js'

/** A page with a client joined to it, and the client's tree. */
export class LiveScreen {
  private constructor(
    readonly page: DeadPage,
    readonly client: LiveClient,
    readonly joined: Answer,
    readonly tree: ClientTree,
  ) {}

  /** Opens a page as whoever the token belongs to, connects and joins. @throws Error when the join is refused. */
  static async open(
    makeTree: (rendered: unknown) => ClientTree,
    base: string,
    path: string,
    token?: string,
  ): Promise<LiveScreen> {
    const page = await getPage(base, path, token === undefined ? {} : { token })
    const client = await LiveClient.connect(page)
    const joined = await client.join()
    return new LiveScreen(page, client, joined, makeTree(treeOf(joined)))
  }

  /** What a browser would show by now: everything that came, in its order. Takes the frames away. */
  html(): string {
    for (const { event, payload, ref } of this.client.frames.splice(0)) {
      const diff =
        event === 'diff' ? payload : ref === this.client.joinRef ? undefined : diffIn(payload.response)
      if (diff === undefined) continue
      // The client renders after each diff, and resolves templates as it does.
      this.tree.toString()
      this.tree.mergeDiff(diff)
    }
    return this.tree.toString().buffer
  }
}

const diffIn = (response: unknown): unknown =>
  typeof response === 'object' && response !== null && 'diff' in response ? response.diff : undefined

/** The tree of a join's answer, without what the client takes off it first. */
export function treeOf({ status, response }: Answer): unknown {
  const { rendered } = response
  if (status !== 'ok' || typeof rendered !== 'object' || rendered === null)
    throw new Error(`not joined: ${JSON.stringify(response).slice(0, 300)}`)
  return Object.fromEntries(Object.entries(rendered).filter(([key]) => key !== 't'))
}
