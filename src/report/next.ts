/** What would settle a verdict: a command that a shell takes, with a remark in brackets or none; a sentence has no command. */
export function nextParts(next: string): { readonly command?: string; readonly remark?: string } {
  const [, command, remark] = /^(vge-perf [^(,;]+?)(?: (\(.*\)))?$/u.exec(next) ?? []
  return {
    ...(command === undefined ? {} : { command }),
    ...(remark === undefined ? {} : { remark }),
  }
}
