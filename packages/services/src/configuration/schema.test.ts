import { expect, test } from 'vitest'
import { configurationSchema } from './schema.ts'

const schema = configurationSchema as { properties: Record<string, unknown>; additionalProperties: unknown }

test('the published schema is the one that is read by; run vitest with -u to write it again', async () => {
  const text = `${JSON.stringify(schema, null, 2)}\n`
  await expect(text).toMatchFileSnapshot('../../../../docs/rollcall.schema.json')
})

test('the schema knows no other keys, and none that is only there to be refused', () => {
  expect(schema.additionalProperties).toBe(false)
  expect(Object.keys(schema.properties).toSorted()).toEqual([
    'builds',
    'components',
    'deploys',
    'environments',
    'external',
    'forges',
    'gates',
    'image_sets',
    'notify',
    'policies',
    'registries',
    'state',
    'webhooks',
  ])
  expect(JSON.stringify(schema.properties.external)).toContain('"on_update"')
  expect(JSON.stringify(schema)).not.toContain('"shell"')
})
