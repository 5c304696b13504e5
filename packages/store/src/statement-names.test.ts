import { describe, expect, it } from 'vitest'
import { statementNames } from './statement-names.ts'

describe('the names of statements', () => {
  it('are the same for the same text and differ for another', () => {
    const nameOf = statementNames()
    const first = nameOf({ sql: 'select $1', args: [1] })
    expect(nameOf({ sql: 'select $1', args: [2] })).toBe(first)
    expect(nameOf({ sql: 'select $1, $2', args: [1, 2] })).not.toBe(first)
  })

  it('are not given to lists of rows', () => {
    const nameOf = statementNames()
    expect(nameOf({ sql: 'insert', args: Array.from({ length: 100 }) })).toBe('')
    expect(nameOf({ sql: 'x'.repeat(10_000), args: [] })).toBe('')
    const named = nameOf({ sql: 'update any', args: [['a', 'b']] })
    expect(named).not.toBe('')
    expect(nameOf({ sql: 'update any', args: [Array.from({ length: 100 }, () => 'a')] })).toBe('')
    expect(nameOf({ sql: 'update any', args: [JSON.stringify(Array.from({ length: 1_000 }, () => 'a row'))] })).toBe('')
    expect(nameOf({ sql: 'update any', args: [['c']] })).toBe(named)
  })

  it('are not given without end', () => {
    const nameOf = statementNames()
    const names = Array.from({ length: 2_000 }, (_, i) => nameOf({ sql: `select ${i}`, args: [] }))
    expect(new Set(names).size).toBeLessThan(500)
    expect(nameOf({ sql: 'select 0', args: [] })).toBe(names[0])
  })
})
