import { engineFuzz } from './connection/engine.js'
import { scriptFuzzes } from './connection/scripts.js'
import type { Fuzz } from './fuzz.js'
import { answerFuzzes } from './http/answers.js'
import { framingRules } from './http/framing-rules.js'
import { headRules } from './http/head-rules.js'
import { limitFuzz } from './http/limits.js'
import { mutatedFuzzes } from './http/mutated.js'
import { ruleFuzz } from './http/rule.js'
import { frameFuzzes } from './ws/frames.js'
import { upgradeFuzzes } from './ws/upgrade.js'

/** All properties of the engine's own HTTP and WebSocket. */
export const fuzzes: readonly Fuzz[] = [
  ...answerFuzzes,
  ...[...headRules, ...framingRules].map(ruleFuzz),
  limitFuzz,
  ...mutatedFuzzes,
  ...frameFuzzes,
  ...upgradeFuzzes,
  ...scriptFuzzes,
  engineFuzz,
]
