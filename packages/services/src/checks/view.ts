import { checkStateOf } from '@rollcall/forge'
import type { Check } from '@rollcall/store'
import type { CheckView } from './views.ts'

export function checkView(row: Check): CheckView {
  return {
    id: row.id,
    sha: row.sha,
    context: row.context,
    status: row.status,
    state: checkStateOf(row.status),
    url: row.url,
    repo: row.repo,
    reportedBy: row.reportedBy,
    reportedAt: row.at.toISOString(),
    deliveryId: row.deliveryId,
  }
}
