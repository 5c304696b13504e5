import { expect, it } from 'vitest'
import { describeApi } from '../rest/openapi.ts'
import { restTable } from '../rest/table.ts'
import { allEntries } from './all-entries.ts'
import { permissionsDocument } from './testing/permissions-document.ts'

it('the page about permissions is what the process holds everybody to; run vitest with -u to write it again', async () => {
  await expect(permissionsDocument(allEntries())).toMatchFileSnapshot('../../../../docs/permissions.md')
})

it('the description of the API says of every operation which capability it needs, and where', () => {
  const { paths } = describeApi(restTable) as { paths: Record<string, Record<string, Record<string, unknown>>> }
  for (const { method, path, access } of restTable) {
    const operation = paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
    expect(operation?.description, path).toMatch(/^Needs |^Open to |^For whoever /)
    if (access.kind !== 'may') continue
    expect(operation, path).toMatchObject({
      'x-capability': access.capability,
      'x-scope': typeof access.scope === 'string' ? access.scope : { environmentOf: access.scope.of },
      responses: { 401: expect.anything(), 403: expect.anything() },
    })
  }
  expect(paths['/applies']?.post).toMatchObject({
    description:
      'Needs apply.open in the environment that environment names, and override.downgrade with allowDowngrade, and override.unknown_order with allowUnknownOrder.',
    'x-overrides': [
      { capability: 'override.downgrade', when: 'with allowDowngrade' },
      { capability: 'override.unknown_order', when: 'with allowUnknownOrder' },
    ],
  })
})
