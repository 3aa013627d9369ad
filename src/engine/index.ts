import type { GeneratorConfig } from '../model/config.js'
import type { Engine } from '../model/engine.js'
import { UserError } from '../model/errors.js'
import { createK6Engine } from './k6/index.js'
import { createMockEngine, type MockScript } from './mock/index.js'
import { createNativeEngine } from './native/index.js'

/** What an engine may be given when it is made. */
export interface EngineOptions {
  /** Worker processes, their number (the plan's when absent) and their place on this machine. */
  readonly generator?: GeneratorConfig
  /** What the mock engine yields. */
  readonly script?: MockScript
}

const engines = {
  native: ({ generator }) => createNativeEngine(generator),
  k6: ({ generator }) => createK6Engine(generator),
  mock: ({ script = () => ({ samples: [] }) }) => createMockEngine(script),
} satisfies Record<string, (options: EngineOptions) => Engine>

type EngineName = keyof typeof engines

const isEngine = (name: string): name is EngineName => Object.hasOwn(engines, name)

/** Makes an engine by its name. Throws `UserError` for a name that there is not. */
export function createEngine(name: string, options: EngineOptions = {}): Engine {
  if (isEngine(name)) return engines[name](options)
  throw new UserError(`There is no engine "${name}".`, {
    hint: `There are: ${Object.keys(engines).join(', ')}.`,
  })
}
