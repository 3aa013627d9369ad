import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { expect, test, vi } from 'vitest'
import { compiled } from '../../src/model/package.js'
import { isAlive } from '../../src/machine/alive.js'
import { targetDown, targetStatus, targetUp } from '../../src/target/supervisor.js'
import { runFolders, scratch, standIn } from './support.js'

test('after kill -9 of the tool nothing is left', async () => {
  const script = join(scratch(), 'tool.mjs')
  writeFileSync(
    script,
    `import { startEmbedded } from ${JSON.stringify(pathToFileURL(compiled('src/target/embedded.js')).href)}
    const target = await startEmbedded({ label: 'control', program: ${JSON.stringify(standIn())} })
    console.log([target.pids.postgres, target.pids.redis, ...target.pids.nodes].join(' '))`,
  )
  const tool = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const pid = tool.pid ?? 0
  const line = await new Promise<string>((resolve) =>
    createInterface({ input: tool.stdout }).once('line', resolve),
  )
  const pids = line.split(' ').map(Number)
  expect(pids.filter(isAlive)).toHaveLength(3)
  expect(runFolders(pid)).toHaveLength(1)
  tool.kill('SIGKILL')
  await vi.waitFor(() => expect([...pids.filter(isAlive), ...runFolders(pid)]).toEqual([]), {
    timeout: 8_000,
    interval: 50,
  })
})

test('a target that is up outlives who started it, is there once, and goes down whole', async () => {
  vi.stubEnv('XDG_RUNTIME_DIR', scratch())
  expect(targetStatus()).toEqual({ state: 'none' })
  expect(await targetDown()).toBe('none')
  const options = { label: 'mine', program: standIn(), hours: 1 }
  const target = await targetUp(options)
  expect(targetStatus()).toEqual({ state: 'up', target })
  expect(await (await fetch(target.url)).text()).toContain('--postgres')
  await expect(targetUp(options)).rejects.toMatchObject({ reason: 'already_up', exit: 2 })
  expect(await targetDown()).toBe('up')
  expect(
    [target.supervisor.pid, target.pids.postgres, target.pids.redis, ...target.pids.nodes].filter(isAlive),
  ).toEqual([])
  expect(runFolders(target.supervisor.pid)).toEqual([])
  expect(targetStatus()).toEqual({ state: 'none' })

  const again = await targetUp(options)
  process.kill(again.supervisor.pid, 'SIGKILL')
  await vi.waitFor(() => expect(targetStatus().state).toBe('stale'), { timeout: 8_000, interval: 20 })
  await vi.waitFor(() => expect(runFolders(again.supervisor.pid)).toEqual([]), {
    timeout: 8_000,
    interval: 50,
  })
  expect(await targetDown()).toBe('stale')
})
