import { handleHealth, readOnly } from '../../src/server/health.ts'

export const dynamic = 'force-dynamic'

const handle = readOnly((request) => handleHealth(request))

export {
  handle as DELETE,
  handle as GET,
  handle as HEAD,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
}
