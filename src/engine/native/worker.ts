import { yieldToMainThread } from '../../machine/yielding.js'
import { isToWorker, type FromWorker } from '../journey/messages.js'
import { Performer } from '../journey/performer.js'
import { NativeCarrier } from './carrier.js'
import { blameRedis } from './redis.js'

// A worker of the native engine: its own process, told what to do over IPC, gone when the channel closes. Its arguments are the
// addresses of this machine that it connects from, if not any.

yieldToMainThread()

const post = (message: FromWorker): void => {
  if (process.connected) process.send?.(message)
}
const performer = new Performer(new NativeCarrier(process.argv.slice(2), post))

process.on('message', (message) => {
  if (isToWorker(message)) void performer.obey(message)
})
process.on('disconnect', () => process.exit(0))
// The parent hears them too, and ends the load in order.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
// What nobody caught ends the worker, and is its last words: unless a target made a library fall over.
process.on('uncaughtException', (error) => {
  if (!blameRedis(error)) throw error
})
// A scenario that forgets a promise must not end the engine.
process.on('unhandledRejection', (error) => performer.blame(error))
