import type { ChannelOperation } from '../../../model/contract.js'
import type { ChannelOptions, Steps } from '../../../model/scenario.js'
import { payloadOf, type Frame } from '../../../phoenix/frame.js'
import type { Failure } from '../errors.js'
import type { TopicListener } from './open-topic.js'
import type { Stay } from './stay.js'

/** Gives what comes to a topic to the journey's stay on it. */
export class TopicHearing implements TopicListener {
  constructor(
    private readonly operation: ChannelOperation,
    private readonly stay: Stay,
    private readonly journey: { readonly closed: boolean },
    private readonly on: ChannelOptions<Steps>['on'],
  ) {}

  frame(frame: Frame, at: number): void {
    const { operation, stay } = this
    stay.frame(frame.size)
    // What bytes mean is the application's own: no contract says it.
    const payload = frame.bytes === undefined ? payloadOf(frame) : {}
    if (payload === undefined) {
      stay.odd('broken', `The payload is no JSON object: ${frame.text.slice(0, 80)}`)
      return
    }
    stay.safely(() => {
      const wrong = operation.inspect?.(frame.event, payload, frame.size)
      if (wrong !== undefined) stay.problem(wrong, frame.text)
      const told = operation.tells?.(frame.event, payload)
      if (told !== undefined) stay.told(told, at)
      this.on?.(frame.event, payload)
    })
  }

  gone(failure: Failure): void {
    if (!this.journey.closed) this.stay.end(failure, false)
  }

  odd(word: string, what: string): void {
    this.stay.odd(word, what)
  }
}
