import { handleRest } from '../../../../src/rest/dispatch.ts'
import { restTable } from '../../../../src/rest/table.ts'
import { processDeps } from '../../../../src/server/context.ts'

export const dynamic = 'force-dynamic'

const handle = (request: Request) => handleRest(request, restTable, processDeps)

export {
  handle as DELETE,
  handle as GET,
  handle as HEAD,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
}
