import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { exitCode } from '../../src/model/errors.js'

const source = fileURLToPath(new URL('../../src', import.meta.url))

/** A reason as the source says it: the word, and the exit code that is said beside it. */
export interface Said {
  readonly word: string
  readonly file: string
  /** Of a mistake (`UserError`) alone; usage when it says none. */
  readonly exit: number | undefined
}

/** Rooms whose reasons are sentences, or words of another thing: of a reply, of an invariant. */
const otherwise = /^(?:phoenix|truth)\//

const words = (node: ts.Node): string[] => {
  if (ts.isStringLiteral(node)) return /^[a-z][a-z0-9_]*$/.test(node.text) ? [node.text] : []
  if (ts.isConditionalExpression(node)) return [...words(node.whenTrue), ...words(node.whenFalse)]
  if (ts.isBinaryExpression(node)) return [...words(node.left), ...words(node.right)]
  return ts.isParenthesizedExpression(node) || ts.isAsExpression(node) ? words(node.expression) : []
}

const named = (of: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined => {
  const found = of.properties.find((one) => one.name?.getText() === name)
  return found !== undefined && ts.isPropertyAssignment(found) ? found.initializer : undefined
}

const exitOf = (of: ts.ObjectLiteralExpression): number | undefined => {
  const call = of.parent
  const isMistake =
    (ts.isNewExpression(call) && call.expression.getText() === 'UserError') ||
    (ts.isCallExpression(call) && call.expression.kind === ts.SyntaxKind.SuperKeyword)
  if (!isMistake) return undefined
  const name = named(of, 'exit')?.getText().replace('exitCode.', '')
  if (/^\d$/.test(name ?? '')) return Number(name)
  return name !== undefined && name in exitCode ? exitCode[name as keyof typeof exitCode] : exitCode.usage
}

/** Every reason of a verdict or a mistake that the source can say, as its text has it. Errors of single steps have a `class`, and are none. */
export function reasonsOfSource(): readonly Said[] {
  const found: Said[] = []
  for (const file of readdirSync(source, { recursive: true }).map(String)) {
    if (!file.endsWith('.ts') || otherwise.test(file)) continue
    const text = readFileSync(join(source, file), 'utf8')
    const add = (of: readonly string[], exit?: number): void => {
      found.push(...of.map((word) => ({ word, file, exit })))
    }
    const visit = (node: ts.Node): void => {
      if (ts.isObjectLiteralExpression(node) && named(node, 'class') === undefined) {
        const reason = named(node, 'reason')
        if (reason !== undefined) add(words(reason), exitOf(node))
      }
      if (
        ts.isVariableDeclaration(node) &&
        node.name.getText() === 'reason' &&
        node.initializer !== undefined
      )
        if (file.startsWith('compare/')) add(words(node.initializer))
      if (ts.isCallExpression(node) && node.expression.getText() === 'inconclusive')
        add(node.arguments.slice(0, 1).flatMap(words))
      if (ts.isCallExpression(node) && node.expression.getText() === 'differ')
        add(node.arguments.slice(-1).flatMap(words), exitCode.usage)
      ts.forEachChild(node, visit)
    }
    visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true))
  }
  return found
}
