import { openApp } from '../../platform/app.js'
import type { App } from '../../platform/kernel.js'
import { createHttpServer, listen } from '../../platform/server.js'
import { readSettings } from '../../platform/settings.js'
import { startPostgres } from '../../src/target/postgres.js'
import { requireRedis, startRedis } from '../../src/target/redis.js'
import { openSandbox } from '../../src/target/sandbox.js'

/** A real Postgres and a real Redis for one test file, and platform nodes over them in this process. */
export interface TestPlatform {
  readonly urls: { readonly postgres: string; readonly redis: string }
  /** Starts a node with settings `KEY=VALUE`; it ends with `stop`. */
  node(...settings: string[]): Promise<TestNode>
  stop(): Promise<void>
}

export interface TestNode {
  readonly app: App
  readonly url: string
}

export async function startTestPlatform(): Promise<TestPlatform> {
  const sandbox = await openSandbox()
  const [postgres, redis] = await Promise.all([startPostgres(sandbox), startRedis(sandbox, requireRedis())])
  const urls = { postgres: postgres.url, redis: redis.url }
  const closing: (() => Promise<void>)[] = []
  return {
    urls,
    node: async (...settings) => {
      const name = `n${closing.length + 1}`
      const opened = await openApp({
        ...urls,
        node: name,
        settings: readSettings(settings),
        port: 0,
        controlPort: 0,
        plant: [],
        exitWithStdin: false,
      })
      const server = createHttpServer(opened.app)
      const port = await listen(server, 0)
      await opened.register(port)
      closing.push(async () => {
        server.close()
        server.closeAllConnections()
        await opened.close()
      })
      return { app: opened.app, url: `http://127.0.0.1:${port}` }
    },
    stop: async () => {
      await Promise.all(closing.map((close) => close()))
      await sandbox.close()
    },
  }
}
