import { handleRest } from '../../../src/rest/dispatch.ts'
import { processDeps } from '../../../src/server/context.ts'

export const dynamic = 'force-dynamic'

/** Paths below /api that nothing else answers: refused in the same words and by the same check as the API itself. */
const handle = (request: Request) => handleRest(request, [], processDeps)

export {
  handle as DELETE,
  handle as GET,
  handle as HEAD,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
}
