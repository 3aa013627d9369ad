import { spawnSync } from 'node:child_process'

export interface Account {
  readonly uid: number
  readonly gid: number
}

/** The account for programs that refuse root, as Postgres does: `nobody` when we are root, else undefined, which is our own. */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string): number => {
    const answer = spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' })
    return answer.status === 0 ? Number(answer.stdout) : 65_534
  }
  return { uid: id('-u'), gid: id('-g') }
}
