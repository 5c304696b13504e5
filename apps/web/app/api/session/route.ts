import { processDeps } from '../../../src/server/context.ts'
import { handleSession } from '../../../src/server/session-handler.ts'

export const dynamic = 'force-dynamic'

const handle = (request: Request) => handleSession(request, processDeps)

export {
  handle as DELETE,
  handle as GET,
  handle as HEAD,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
}
