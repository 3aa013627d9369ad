import http from 'k6/http'
import type { Order, Word } from '../orders.js'

// Longer than the parent lets a question wait.
const patience = '60s'

/** The parent of a run, at an address of its own on this machine. */
export class Parent {
  private words: Word[] = []
  private sending = false

  /** `vu` counts from 0. */
  constructor(
    private readonly url: string,
    private readonly vu: number,
  ) {}

  /** The next order; to leave when the parent is gone. */
  async order(): Promise<Order> {
    for (;;) {
      const { status, body } = await this.ask('orders', '')
      if (status === 204) continue
      if (status !== 200 || body === null) return { type: 'leave' }
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
      await this.ask('words', JSON.stringify(batch))
    }
    this.sending = false
  }

  private ask(what: string, body: string) {
    return http.asyncRequest('POST', `${this.url}/${what}/${this.vu}`, body, {
      timeout: patience,
      responseType: 'text',
      jar: new http.CookieJar(),
    })
  }
}
