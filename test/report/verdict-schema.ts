import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { exitCode } from '../../src/model/errors.js'
import { reasons } from '../../src/report/words.js'

export type JsonSchema = { [key: string]: unknown }

const source = fileURLToPath(new URL('../../src/model/verdict.ts', import.meta.url))

const sorted = <T>(all: readonly T[]): readonly T[] => all.toSorted((a, b) => (a < b ? -1 : 1))

/** What the words of a verdict mean. A reader has to bear with one that it does not know. */
const words = {
  ExitCode: {
    description: 'Exit code of the command.',
    oneOf: Object.entries(exitCode).map(([title, code]) => ({ const: code, title })),
  },
  Reason: {
    description:
      'A word for machines. Those that this version knows are listed with their meaning; a reader has to bear with others.',
    type: 'string',
    anyOf: [
      ...Object.entries(reasons).map(([word, description]) => ({ const: word, description })),
      { type: 'string' },
    ],
  },
}

/** JSON Schema (2020-12) of `Verdict`, from its TypeScript type and the comments there: the type is the only source. */
export function verdictSchema(): JsonSchema {
  const program = ts.createProgram([source], {
    strict: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    types: [],
  })
  const checker = program.getTypeChecker()
  const definitions: JsonSchema = { ...words }
  const described = (symbol: ts.Symbol): JsonSchema => {
    const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll('\n', ' ')
    return text === '' ? {} : { description: text }
  }

  const isOurs = (symbol: ts.Symbol): boolean =>
    (symbol.declarations ?? []).some((one) => !program.isSourceFileDefaultLibrary(one.getSourceFile()))

  /** By name where we gave it one, so that the schema reads as the type does. */
  const schemaOf = (type: ts.Type): JsonSchema => {
    const symbol = type.aliasSymbol ?? (type.isClassOrInterface() ? type.symbol : undefined)
    if (symbol === undefined || !isOurs(symbol)) return shapeOf(type)
    if (!(symbol.name in definitions)) {
      definitions[symbol.name] = {}
      definitions[symbol.name] = { ...described(symbol), ...shapeOf(type) }
    }
    return { $ref: `#/$defs/${symbol.name}` }
  }

  const shapeOf = (type: ts.Type): JsonSchema => {
    if (type.isUnion()) return unionOf(type.types.filter((one) => !(one.flags & ts.TypeFlags.Undefined)))
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value }
    if (type.flags & ts.TypeFlags.String) return { type: 'string' }
    if (type.flags & ts.TypeFlags.Number) return { type: 'number' }
    if (checker.isArrayType(type)) {
      const [item] = checker.getTypeArguments(type as ts.TypeReference)
      if (item !== undefined) return { type: 'array', items: schemaOf(item) }
    }
    const values = type.getStringIndexType()
    if (values !== undefined) return { type: 'object', additionalProperties: schemaOf(values) }
    if (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return objectOf(type)
    throw new Error(`no schema for ${checker.typeToString(type)}`)
  }

  const unionOf = (types: readonly ts.Type[]): JsonSchema => {
    const [only] = types
    if (only !== undefined && types.length === 1) return schemaOf(only)
    if (types.every((one) => one.flags & ts.TypeFlags.BooleanLiteral)) return { type: 'boolean' }
    const literals = types.flatMap((one) =>
      one.isStringLiteral() || one.isNumberLiteral() ? [one.value] : [],
    )
    if (literals.length === types.length) return { enum: sorted(literals) }
    return { anyOf: types.map(schemaOf) }
  }

  const objectOf = (type: ts.Type): JsonSchema => {
    const all = type.getProperties()
    const isVerdict = (type.aliasSymbol ?? type.symbol).name.endsWith('Verdict')
    const properties = all.map((one): [string, JsonSchema] => {
      const shape =
        isVerdict && one.name === 'reason'
          ? { $ref: '#/$defs/Reason' }
          : schemaOf(checker.getTypeOfSymbol(one))
      return [one.name, { ...described(one), ...shape }]
    })
    const required = all.filter((one) => !(one.flags & ts.SymbolFlags.Optional)).map(({ name }) => name)
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length > 0 ? { required } : {}),
    }
  }

  const file = program.getSourceFile(source)
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file)
  const verdict =
    module === undefined
      ? undefined
      : checker.getExportsOfModule(module).find(({ name }) => name === 'Verdict')
  if (verdict === undefined) throw new Error(`no Verdict in ${source}`)
  const root = schemaOf(checker.getDeclaredTypeOfSymbol(verdict))
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:vge-perf:verdict:1',
    title: 'The verdict of vge-perf, as verdict.json and --json have it',
    ...root,
    $defs: Object.fromEntries(sorted(Object.keys(definitions)).map((name) => [name, definitions[name]])),
  }
}

/** As it is published, but that nothing may be in a verdict that is not in the schema. */
export function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  return 'properties' in schema ? { ...inner, additionalProperties: false } : inner
}
