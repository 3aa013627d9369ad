import http from 'k6/http'
import type { Order, Word } from '../orders.js'

// Longer than the parent lets a question wait.
const patience = '60s'
const tries = 3

/** The parent of a run, at an address of its own on this machine. */
export class Parent {
  private words: Word[] = []
  private sending = false
  /** Orders that came, and batches of words that went. */
  private ordered = 0
  private said = 0

  /** `vu` counts from 0. */
  constructor(
    private readonly url: string,
    private readonly vu: number,
  ) {}

  /** The next order; to leave when the parent is gone. */
  async order(): Promise<Order> {
    for (;;) {
      const { status, body } = await this.ask('orders', this.ordered, '')
      if (status === 204) continue
      if (status !== 200 || body === null) return { type: 'leave' }
      this.ordered += 1
      return JSON.parse(body) as Order
    }
  }

  say(word: Word): void {
    this.words.push(word)
    if (!this.sending) void this.send()
  }

  // One after the other: words must not overtake each other.
  private async send(): Promise<void> {
    this.sending = true
    while (this.words.length > 0) {
      const batch = this.words
      this.words = []
      await this.ask('words', this.said, JSON.stringify(batch))
      this.said += 1
    }
    this.sending = false
  }

  /**
   * Asks again when the connection broke under it, as a kept one may at any time: the number says which order, or which words, so that
   * nothing is lost or taken twice.
   */
  private async ask(what: string, number: number, body: string) {
    const send = () =>
      http.asyncRequest('POST', `${this.url}/${what}/${this.vu}/${number}`, body, {
        timeout: patience,
        responseType: 'text',
        jar: new http.CookieJar(),
      })
    let response = await send()
    for (let left = tries; response.status === 0 && left > 0; left -= 1) response = await send()
    return response
  }
}
