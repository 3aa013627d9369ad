import { Redis } from 'ioredis'

// As much of k6/x/redis as our scripts use, with its ways: addresses only, no Unix sockets; a reply that is nothing, and every error, is
// rejected with words, which are no Error.
export const redisModule = () => ({
  Client: class {
    constructor(url) {
      if (!/^rediss?:\/\//.test(url)) throw new Error(`invalid URL scheme: ${url}`)
      this.redis = new Redis(url, { lazyConnect: true, enableOfflineQueue: true, maxRetriesPerRequest: 0 })
      this.redis.on('error', () => {})
    }
    sendCommand(command, ...args) {
      return this.redis.call(command, ...args).then(
        (reply) => (reply === null ? Promise.reject(new Words('redis: nil')) : reply),
        (error) => Promise.reject(new Words(error.message)),
      )
    }
  },
})

class Words {
  constructor(text) {
    this.text = text
  }
  toString() {
    return this.text
  }
}
