import type { Contract, JsonObject } from 'vge-perf'

const parts = ['postgres', 'redis', 'pubsub', 'oban']

const recognise = (answer: string, json: JsonObject): string | undefined => {
  const { checks, status } = json
  if (typeof checks !== 'object' || checks === null || Array.isArray(checks)) {
    return `it answered ${answer} without the "checks" of this platform`
  }
  const missing = parts.filter((part) => !(part in checks))
  if (missing.length > 0) return `its health names no ${missing.join(', ')}`
  return answer === '200' ? undefined : `it says of itself: ${JSON.stringify({ status, checks })}`
}

/** How to tell that a target lives, is this platform, and knows our people. Source: contract §3, §4. */
export const preflight: Contract['preflight'] = {
  health: 'health',
  recognise,
  whoami: { operation: 'whoami', kind: 'buyers', refused: ['401'] },
  login: { operation: 'login', token: 'session_token' },
}
