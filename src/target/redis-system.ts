import { exists, run } from './run.js'

interface Manager {
  readonly name: string
  /** The one line for a person to type. */
  readonly advice: string
  install(say: (line: string) => void): void
}

/** The program, what it is to do, and whether that needs root. */
const managers = [
  { program: 'apt-get', commands: [['update'], ['install', '-y', 'redis-server']], root: true },
  { program: 'dnf', commands: [['install', '-y', 'valkey']], root: true },
  { program: 'yum', commands: [['install', '-y', 'redis']], root: true },
  { program: 'apk', commands: [['add', 'redis']], root: true },
  { program: 'zypper', commands: [['--non-interactive', 'install', 'redis']], root: true },
  { program: 'pacman', commands: [['-Sy', '--noconfirm', 'valkey']], root: true },
  { program: 'brew', commands: [['install', 'redis']], root: false },
]

/** The package manager of this machine. It installs where it may: as root, or through `sudo -n`, which asks nobody. */
export function systemManager(): Manager {
  const found = managers.find(({ program }) => exists(program))
  if (!found) {
    return {
      name: 'package manager',
      advice:
        'install Redis 6 or later, so that `redis-server` is on PATH: https://redis.io/docs/latest/operate/oss_and_stack/install/',
      install: () => {
        throw new Error('none that is known here')
      },
    }
  }
  const { program, commands, root } = found
  const isRoot = process.getuid?.() === 0
  const prefix = root && !isRoot ? 'sudo ' : ''
  return {
    name: program,
    advice: commands.map((command) => `${prefix}${program} ${command.join(' ')}`).join(' && '),
    install: (say) => {
      const sudo = root && !isRoot ? ['sudo', '-n'] : []
      if (sudo.length > 0) run('sudo', ['-n', 'true'])
      say(`No redis-server here: installing it with ${program}…`)
      for (const command of commands) {
        const [file = program, ...args] = [...sudo, program, ...command]
        run(file, args)
      }
    },
  }
}
