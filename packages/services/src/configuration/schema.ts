import { z } from 'zod'
import { published } from './wire.ts'

/**
 * The JSON Schema of rollcall.yaml, made from what reads it. It says what is well-formed; what has to fit together (names
 * that are used and defined, images that stand once) is told when the file is imported.
 */
export const configurationSchema: Record<string, unknown> = {
  ...z.toJSONSchema(published, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // read only so that they can be refused by name
      for (const key of ['run', 'shell']) delete jsonSchema.properties?.[key]
    },
  }),
  $id: 'rollcall.schema.json',
  title: 'rollcall.yaml',
}
