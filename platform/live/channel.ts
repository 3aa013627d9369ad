import { messageOf } from '../errors.js'
import type { Json, JsonBody } from '../kernel.js'
import { complain } from '../log.js'
import type { JoinAttempt, Reply, ServerChannel } from '../realtime/kernel.js'
import { isBody } from '../realtime/json.js'
import { textOf } from './json.js'
import { readUrl, type Leaving, type Screen, type Viewer } from './page.js'
import type { Tree } from './rendered.js'
import { diffOf, wholeTree } from './wire.js'

/** What a click or a form sends: an object, or an urlencoded text (phoenix-wire §4, events). */
function fieldsOf(value: Json | undefined): URLSearchParams {
  if (typeof value === 'string') return new URLSearchParams(value)
  const fields = new URLSearchParams()
  if (!isBody(value)) return fields
  for (const [name, field] of Object.entries(value))
    if (typeof field === 'string' || typeof field === 'number') fields.append(name, String(field))
  return fields
}

/** A connected LiveView: one screen for one client, its messages handled one after another. */
export class LiveChannel implements ServerChannel, Viewer {
  #turn: Promise<void> = Promise.resolve()
  #gone = false
  #shown: Tree | undefined

  constructor(
    readonly name: string,
    readonly attempt: Pick<JoinAttempt, 'push' | 'end'>,
    readonly screen: Screen,
    /** Does this address show the same page, but for its query? */
    readonly isHere: (url: URL) => boolean,
  ) {}

  /** Begins to follow; the tree as JSON text. Everything that happens later is pushed. */
  start(): string {
    try {
      this.screen.follow(this)
      this.#shown = this.screen.render()
      return wholeTree(this.#shown, this.screen.title)
    } catch (error) {
      this.left()
      throw error
    }
  }

  /** Rejects when the page throws: that ends the view without an answer, and the client joins anew. */
  handle(event: string, payload: JsonBody, reply: Reply): Promise<void> {
    return this.#next(() => this.#answer(event, payload, reply))
  }

  push(diff: string): void {
    this.attempt.push('diff', diff)
  }

  changed(work?: () => Promise<void> | void): void {
    this.#next(async () => {
      await work?.()
      const diff = this.#diff()
      if (diff !== undefined && !this.#gone) this.push(diff)
    }).catch((error: unknown) => {
      complain(`The live view ${this.name} crashed: ${messageOf(error)}`)
      this.attempt.end('phx_error')
    })
  }

  left(): void {
    if (this.#gone) return
    this.#gone = true
    this.screen.close()
  }

  #next(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(() => (this.#gone ? undefined : work()))
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #answer(event: string, payload: JsonBody, reply: Reply): Promise<void> {
    switch (event) {
      case 'event':
        return this.#event(payload, reply)
      case 'live_patch':
        return this.#patch(textOf(payload, 'url') ?? '', reply)
      case 'cids_destroyed':
        // The client insists on the list; no page here has components.
        return reply('ok', '{"cids":[]}')
      default:
        // An error would leave the element locked for good (phoenix-wire §6, 7).
        return reply('ok', '{}')
    }
  }

  async #event(payload: JsonBody, reply: Reply): Promise<void> {
    const name = textOf(payload, 'event') ?? ''
    let leaving: Leaving | undefined
    if (name === 'lv:clear-flash') this.screen.flash = undefined
    else leaving = await this.screen.event(name, fieldsOf(payload.value))
    if (leaving === undefined || leaving.kind === 'patch') {
      if (leaving !== undefined)
        this.attempt.push('live_patch', JSON.stringify({ kind: 'replace', to: leaving.to }))
      return this.#replyDiff(reply)
    }
    const { kind, to } = leaving
    reply(
      'ok',
      JSON.stringify(
        kind === 'redirect' ? { redirect: { to, status: 302 } } : { live_redirect: { to, kind: 'push' } },
      ),
    )
    this.attempt.end('phx_close')
  }

  async #patch(address: string, reply: Reply): Promise<void> {
    const url = readUrl(address)
    if (url === undefined || !this.isHere(url)) return reply('ok', '{"link_redirect":true}')
    await this.screen.params(url.searchParams)
    this.#replyDiff(reply)
  }

  #replyDiff(reply: Reply): void {
    const diff = this.#diff()
    reply('ok', diff === undefined ? '{}' : `{"diff":${diff}}`)
  }

  #diff(): string | undefined {
    const before = this.#shown
    const after = this.screen.render()
    this.#shown = after
    return before === undefined ? undefined : diffOf(before, after)
  }
}
