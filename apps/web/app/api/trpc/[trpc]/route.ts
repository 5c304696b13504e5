import { processDeps } from '../../../../src/server/context.ts'
import { handleTrpc } from '../../../../src/server/trpc/handler.ts'

export const dynamic = 'force-dynamic'

const handle = (request: Request) => handleTrpc(request, processDeps)

export { handle as GET, handle as POST }
