// npm run k6:build [-- FILE]: a k6 with the extensions that scenarios may need, by the user's own xk6. Nothing of k6 is part of this package.
import { spawnSync } from 'node:child_process'

const k6 = 'v1.8.0'
const extensions = ['github.com/grafana/xk6-redis@v0.3.6']
const [file = 'k6'] = process.argv.slice(2)

const args = ['build', k6, ...extensions.flatMap((one) => ['--with', one]), '--output', file]
const { error, status } = spawnSync('xk6', args, { stdio: 'inherit' })
if (error?.code === 'ENOENT') {
  console.error('k6:build needs xk6, which is not on PATH.')
  console.error(
    '  With Go: go install go.k6.io/xk6/cmd/xk6@latest (into $(go env GOPATH)/bin). Or in a container of grafana/xk6:',
  )
  console.error(`  xk6 ${args.join(' ')}`)
  console.error('  Without Redis a plain k6 does: https://grafana.com/docs/k6/latest/set-up/install-k6/')
  process.exitCode = 2
} else if (error !== undefined) {
  console.error(`xk6 could not be started: ${error.message}.`)
  process.exitCode = 2
} else {
  if (status === 0)
    console.log(`${file} is k6 ${k6} with ${extensions.join(', ')}: name it with --k6-bin or K6_BIN.`)
  process.exitCode = status ?? 4
}
